"""Slugs from titles: readable, never empty, and never a word that a route uses in the same place."""

import re
from hashlib import blake2b

from anyascii import anyascii
from django.utils.text import slugify

MAX_LENGTH = 80
# What stands beside the slug of a topic in the upstream JSON: the pages of all news, and the kinds of learning.
ROUTE_WORDS = frozenset(["page", "courses", "videos", "collections"])
# There page/2/ and page2/ are both pages.
_PAGE = re.compile(r"page\d+")
# One Han character is one syllable, and no space stands between two words.
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def slug_of(text: str, *, identity: str) -> str:
    """A slug of at most MAX_LENGTH characters, completed by `identity` if the text gives none that can be used.

    Any script is transliterated into Latin letters: `影師嗎` gives `ying-shi-ma`.
    """
    slug = slugify(text if text.isascii() else anyascii(_HAN.sub(r" \g<0> ", text)))
    if len(slug) > MAX_LENGTH:
        slug = slug[: MAX_LENGTH + 1].rpartition("-")[0] or slug[:MAX_LENGTH]
    slug = slug.strip("-_")
    if not slug or slug.isdigit() or is_route_word(slug):
        return with_suffix(slug or "item", identity)
    return slug


def with_suffix(slug: str, identity: str) -> str:
    """The slug with a suffix from `identity`, for a second row with the same slug; the same at every import."""
    return f"{slug}-{blake2b(identity.encode(), digest_size=4).hexdigest()}"


def is_route_word(slug: str) -> bool:
    return slug in ROUTE_WORDS or bool(_PAGE.fullmatch(slug))
