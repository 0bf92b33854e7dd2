"""The upstream JSON: our news in the format in which the collecting site publishes its own (docs/api.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time
from hashlib import blake2b
from typing import Any

from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404
from django.utils.dateparse import parse_date, parse_datetime

from articles import editions
from articles.documents.parse import record_of
from articles.documents.records import ImageRecord
from articles.models import Article, Image
from articles.models.fields import ARTICLE_FIELDS, ArticleField, Kind
from articles.models.querysets import ArticleQuerySet
from articles.paging import BY_DATE
from providers.models import ProviderImage

SIZE = 25
# Upstream has this value in every article; a document may have another.
LOCALE = "en-us"
# Keys of upstream that are no fields of an article: their values come from the document.
FROM_DOCUMENT = ("sourceUrl", "featuredContent", "highlight", "tags", "updatedDateTime")
# In the order of upstream; keys that upstream does not have come last.
_UPSTREAM = (
    "path", "title", "excerpt", "sourceUrl", "webUrl", "originalUrl", "featuredContent", "highlight", "heat", "tags",
    "images", "content", "type", "ampWebUrl", "cdnAmpWebUrl", "publishedDateTime", "updatedDateTime", "provider",
    "locale", "categories", "topics",
)  # fmt: skip
ORDER = (*_UPSTREAM, *(field.json for field in ARTICLE_FIELDS if field.json and field.json not in _UPSTREAM))

Json = dict[str, Any]


class InstantField(forms.CharField):
    """A day or a moment, in UTC unless it has an offset."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        try:
            return _instant(text) if text else None
        except (ValueError, OverflowError) as error:
            raise ValidationError(
                "Write a day such as 2021-01-07, or a moment such as 2021-01-07T08:00:00Z (a + as %2B)."
            ) from error


def _instant(text: str) -> datetime:
    if day := parse_date(text):
        return datetime.combine(day, time(), UTC)
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


class NewsFilter(forms.Form):
    """Parameters that filter the list. Upstream itself has none."""

    minimum_heat = forms.IntegerField(required=False, max_value=2**31 - 1, min_value=-(2**31))
    since = InstantField(required=False)

    def narrow(self, articles: ArticleQuerySet) -> ArticleQuerySet:
        chosen = self.cleaned_data
        if chosen["minimum_heat"] is not None:
            articles = articles.filter(heat__gte=chosen["minimum_heat"])
        if chosen["since"] is not None:
            articles = articles.filter(published_at__gte=chosen["since"])
        return articles


def news() -> ArticleQuerySet:
    return Article.objects.visible().filter(category="news").latest_first()


def page(articles: ArticleQuerySet, number: int, name: str) -> Json:
    """A page of the list `name`. Raises Http404 beyond the last page; page 1 may be empty. Four queries.

    Where a page begins is remembered for the edition, when it or the page before it is read. Otherwise the articles
    before it are counted, which reads an index only.
    """
    places = _Places(name)
    keys, skipped = articles.values("pk"), 0
    if begins_after := places.get(number):
        keys = keys.filter(BY_DATE.beyond(BY_DATE.place(begins_after), "lt"))[: SIZE + 1]
    else:
        # One more: the last article of the page before, after which this page begins.
        skipped = 1 if number > 1 else 0
        keys = keys[(number - 1) * SIZE - skipped : number * SIZE + 1]
    rows = list(_whole(Article.objects.filter(pk__in=keys).latest_first()))
    if number > 1 and len(rows) <= skipped:
        raise Http404
    if skipped:
        places.keep(number, rows.pop(0))
    if goes_on := len(rows) > SIZE:
        places.keep(number + 1, rows[SIZE - 1])
    return {
        "page": number,
        "value": [as_json(row) for row in rows[:SIZE]],
        "nextPage": number + 1 if goes_on else None,
    }


class _Places:
    """Remembers the article after which each page of a list begins, for one edition."""

    def __init__(self, name: str):
        self.list = f"{editions.current()} {name}"

    def get(self, number: int) -> str | None:
        return cache.get(self._key(number))

    def keep(self, number: int, last_of_the_page_before: Article) -> None:
        cache.set(self._key(number), BY_DATE.cursor(last_of_the_page_before), timeout=editions.MAX_PAGE_AGE)

    def _key(self, number: int) -> str:
        return "place:" + blake2b(f"{self.list} {number}".encode(), digest_size=20).hexdigest()


def _whole(articles: ArticleQuerySet) -> ArticleQuerySet:
    logos = Prefetch("provider__image_links", ProviderImage.objects.select_related("image"))
    return articles.for_cards().prefetch_related(logos).defer(None).defer("secured", "source_digest")


def as_json(article: Article) -> Json:
    found = {key: article.extra.get(key) for key in FROM_DOCUMENT} | {"locale": article.extra.get("locale", LOCALE)}
    found |= {field.json: _value(article, field) for field in ARTICLE_FIELDS if field.json}
    return {key: found[key] for key in ORDER}


def _value(article: Article, field: ArticleField) -> Any:
    value = getattr(article, field.name)
    match field.kind:
        case Kind.LINE | Kind.TEXT | Kind.LINK:
            return value or None
        case Kind.BODY:
            return re.sub(r"\r?\n", "\r\n", value) or None
        case Kind.MOMENT:
            return value and value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case Kind.PROVIDER:
            return _provider(article)
        case Kind.TOPICS:
            return [topic.name for topic in article.ordered_topics]
        case Kind.IMAGES:
            return _images(article.ordered_images)
    # Upstream gives an article's one category as a list.
    return [value] if field.json == "categories" else value


def _provider(article: Article) -> Json:
    return {
        "name": article.provider.name,
        "domain": article.provider.domain,
        "images": _images(_logos(article)),
        "publishers": None,
        "authors": None,
    }


def _logos(article: Article) -> Iterable[Image | ImageRecord]:
    """The provider's logos in the article's document; those in the database if the document has none."""
    record = record_of(article)
    if record and record.provider.images and record.provider.domain == article.provider.domain:
        return record.provider.images
    # A path without a host is relative to the collecting site.
    return [image for image in article.provider.ordered_images if image.url.startswith("http")]


def _images(images: Iterable[Image | ImageRecord]) -> list[Json]:
    return [
        {
            "url": image.url,
            "width": image.width,
            "height": image.height,
            "title": image.title or None,
            "attribution": image.attribution or None,
            "isCached": image.is_cached,
        }
        for image in images
    ]
