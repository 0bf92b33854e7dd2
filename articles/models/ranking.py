"""The order of the front page.

`rank = log2(max(heat, 1)) + published_at / half_life`: twice the heat is worth one half-life of youth. The difference
of two ranks is the same at every moment, so a rank is stored once and never recomputed as time goes by.
"""

from datetime import datetime
from math import log2

from django.conf import settings


def rank(heat: int, published_at: datetime) -> float:
    """The rank of an article, in half-lives since 1970 (settings.FRONT_HALF_LIFE, hours)."""
    return log2(max(heat, 1)) + published_at.timestamp() / (settings.FRONT_HALF_LIFE * 3600)
