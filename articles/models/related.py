"""The related links of an article, and the pages that they lead to."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import pairwise
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When

from articles.models.article import Article
from articles.models.choices import Type
from articles.models.keys import URL_LENGTH, KeyField
from articles.models.moments import MomentField
from articles.relevance import CUT

# Between the positions of two neighbours, so that a link that comes between them changes no other row.
STEP = 1024


class LinkedPage(models.Model):
    """What a document or an editor says of a page that related links lead to.

    The content of a row is never changed: links that say the same share it, and a link that says something else leads
    to another row. `target` is our oldest article with that URL, if there is one.
    """

    digest = models.CharField(max_length=16, unique=True, editable=False, help_text="of its content: `content_digest`")
    url = models.CharField("URL", max_length=URL_LENGTH)
    canonical_url = models.CharField("canonical URL", max_length=URL_LENGTH, editable=False)
    canonical_key = KeyField(of="canonical_url")
    amp_url = models.CharField("AMP URL", max_length=URL_LENGTH, blank=True)
    cdn_amp_url = models.CharField("CDN AMP URL", max_length=URL_LENGTH, blank=True)
    title = models.CharField(max_length=500, blank=True)
    excerpt = models.TextField(blank=True)
    published_at = MomentField(null=True, blank=True)
    type = models.CharField(max_length=20, choices=Type, default=Type.ARTICLE)
    quality = models.IntegerField(default=0)
    provider = models.ForeignKey(
        "providers.Provider", on_delete=models.PROTECT, null=True, blank=True, related_name="linked_pages"
    )
    images = models.JSONField(default=list, blank=True, help_text="as documents give them")
    target = models.ForeignKey(
        Article, on_delete=models.SET_NULL, null=True, blank=True, related_name="linked_from", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(url="") & ~Q(canonical_url=""), name="linked_page_leads_somewhere"),
            models.CheckConstraint(condition=Q(type__in=Type.values), name="linked_page_type_is_known"),
            models.CheckConstraint(condition=Q(quality__gte=0), name="linked_page_quality_from_0"),
        ]
        indexes = [
            models.Index(fields=["canonical_key"], name="linked_page_by_url"),
            models.Index(fields=["target"], condition=Q(target__isnull=False), name="linked_page_by_target"),
        ]

    def __str__(self):
        return self.title or self.url


def content_digest(
    url: str,
    amp_url: str,
    cdn_amp_url: str,
    title: str,
    excerpt: str,
    published_at: datetime | None,
    type: str,
    quality: int,
    provider: str | None,
    images: Sequence[Any],
) -> str:
    """Returns what identifies the content of a page: 12 bytes of BLAKE2b in base64. `provider` is a domain."""
    moment = published_at.astimezone(UTC).isoformat() if published_at else ""
    texts = (url, amp_url, cdn_amp_url, title, excerpt, moment, type, str(quality), provider or "")
    # Texts hold no control characters.
    content = "\x1f".join(texts) + ("\x1f" + json.dumps(images) if images else "")
    digest = blake2b(content.encode(errors="surrogatepass"), digest_size=12).digest()
    return urlsafe_b64encode(digest).decode()


def with_room(positions: Sequence[int | None]) -> list[int]:
    """Returns ascending positions for links in this order; as many as possible keep theirs. None is a new link."""
    staying = longest_ascending(positions)
    return spread([position if index in staying else None for index, position in enumerate(positions)])


def longest_ascending(values: Sequence[int | None]) -> set[int]:
    """Returns the indexes of a longest ascending part of these values, in which None has no place."""
    # Of the best part of each length its last value, and the index of that.
    lasts: list[int] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for index, value in enumerate(values):
        if value is None:
            continue
        length = bisect_left(lasts, value)
        before[index] = ends[length - 1] if length else None
        lasts[length : length + 1], ends[length : length + 1] = [value], [index]
    found: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found


def spread(positions: Sequence[int | None]) -> list[int]:
    """Returns ascending positions for links in this order: those that they have if these ascend; None is a new link."""
    known = [position for position in positions if position is not None]
    if any(one >= other for one, other in pairwise(known)):
        return [STEP * place for place in range(1, len(positions) + 1)]
    result: list[int] = []
    place = 0
    while place < len(positions):
        if (position := positions[place]) is not None:
            result.append(position)
            place += 1
            continue
        end = next((n for n in range(place, len(positions)) if positions[n] is not None), len(positions))
        count, before = end - place, result[-1] if result else 0
        after = positions[end] if end < len(positions) else None
        step = STEP if after is None else (after - before) // (count + 1)
        if step < 1:
            return [STEP * place for place in range(1, len(positions) + 1)]
        result += [before + step * n for n in range(1, count + 1)]
        place = end
    return result


def _of_page(name: str) -> property:
    return property(lambda link: getattr(link.page, name))


class RelatedLinkQuerySet(models.QuerySet["RelatedLink"]):
    def most_relevant_first(self):
        """In the order in which people see them: what people placed, in their order; then relevance, then position."""
        computed = Case(When(placed=True, then=Value(0.0)), default=F("relevance"))
        return self.order_by("-placed", computed.desc(), "position", "pk")

    def for_readers(self):
        """Those that readers see: placed by people, or relevant enough; never hidden ones."""
        return self.filter(Q(placed=True) | Q(relevance__gte=CUT), hidden=False)


class RelatedLink(models.Model):
    """A related link of an article: its place, who added it, and the page that it leads to.

    By default links are in the order of their positions, which is that of the document, with what people placed before
    all others: so they are exported. People see them in another one: `most_relevant_first`.
    """

    class Origin(models.TextChoices):
        IMPORTED = "imported"
        EDITOR = "editor"

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="related", db_index=False)
    page = models.ForeignKey(LinkedPage, on_delete=models.PROTECT, related_name="links")
    position = models.PositiveIntegerField(default=0)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.IMPORTED)
    hidden = models.BooleanField(default=False)
    placed = models.BooleanField(default=False, help_text="a person added, moved or kept it: their order stands")
    relevance = models.FloatField(default=0, editable=False, help_text="0 to 1: articles.relevance")
    shared = models.JSONField(default=list, blank=True, editable=False, help_text="words that the article has too")

    objects = RelatedLinkQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "page"], name="related_link_once"),
            models.CheckConstraint(condition=Q(origin__in=["imported", "editor"]), name="related_link_origin_is_known"),
        ]

    url, title, excerpt, type, quality = map(_of_page, ("url", "title", "excerpt", "type", "quality"))
    amp_url, cdn_amp_url, published_at = map(_of_page, ("amp_url", "cdn_amp_url", "published_at"))
    canonical_url, provider, images = map(_of_page, ("canonical_url", "provider", "images"))

    def __str__(self):
        return str(self.page)

    @property
    def is_below_cut(self) -> bool:
        """Whether readers do not see it although nobody has hidden it."""
        return not self.placed and self.relevance < CUT

    @property
    def target(self) -> Article | None:
        """Our own article with that URL; none where an article links to itself."""
        return self.page.target if self.page.target_id != self.article_id else None
