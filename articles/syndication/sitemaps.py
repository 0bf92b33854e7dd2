"""Sitemaps: an index, the pages, the articles in numbered files, and the news.

File n contains the articles with primary keys from n × 25,000 on, and after the lead of a story the story's page: never
more than the 50,000 URLs that the protocol allows. So an article never moves to another file, and writing a file does
not count the articles before it. Files are streamed, not held in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import batched
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Case, QuerySet, Subquery, When
from django.utils import timezone
from django.utils.html import escape

from articles.models import Article
from articles.models.querysets import ArticleQuerySet
from articles.public.also_reported import story_url
from articles.public.queries import visible_providers, visible_topics
from articles.stories.readers import lead_of, story_changed_at
from articles.syndication.feeds import LANGUAGE
from articles.texts import for_feed

SIZE = 25_000  # keys of articles in a file, each with two URLs at most: half of the protocol's limit
CHUNK = 1_000  # rows read at a time
ASKED_AT_ONCE = 500  # files
LISTS = 20_000  # most topics, and most providers, in sitemap-pages.xml
NEWS_AGE = timedelta(days=2)
NEWS_SIZE = 1_000

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


class _Row(NamedTuple):
    pk: int
    slug: str
    modified: datetime
    lead: int | None  # of its story
    story_modified: datetime | None  # if the story has a page


def files() -> list[int]:
    """The numbers of the files with a visible article. One query, and one for each 500 files."""
    last = Article.objects.visible().order_by("-pk").values_list("pk", flat=True).first()
    if last is None:
        return []
    found: list[int] = []
    # PostgreSQL takes at most 1,664 columns, SQLite 2,000.
    for numbers in batched(range(last // SIZE), ASKED_AT_ONCE, strict=False):
        asked = {f"file{n}": Subquery(_first_in_file(n)) for n in numbers}
        row = Article.objects.filter(pk=last).values(**asked).first() or {}
        found += [n for n in numbers if row.get(f"file{n}")]
    return [*found, last // SIZE]


def _first_in_file(number: int) -> QuerySet[Article, Any]:
    """The key of the first article of the file, if there is one: in this order, the index of keys is what is read."""
    return _in_file(number).order_by("pk").values("pk")[:1]


def _in_file(number: int) -> ArticleQuerySet:
    return Article.objects.visible().filter(pk__gte=number * SIZE, pk__lt=(number + 1) * SIZE)


def index(origin: str) -> str:
    names = ["sitemap-pages.xml", *(f"sitemap-articles-{n}.xml" for n in files())]
    entries = "".join(f"<sitemap><loc>{escape(f'{origin}/{name}')}</loc></sitemap>\n" for name in names)
    return f'{HEAD}<sitemapindex xmlns="{SITEMAP}">\n{entries}</sitemapindex>\n'


def exists(number: int) -> bool:
    return bool(_first_in_file(number))


def articles(number: int, origin: str) -> Iterator[str]:
    """The parts of the file; each part is read from the database when it is sent."""
    return _urlset("".join(_article(row, origin) for row in rows) for rows in _chunks(number))


def _chunks(number: int) -> Iterator[list[_Row]]:
    after, rows = number * SIZE - 1, _in_file(number).order_by("pk")
    columns = ("pk", "slug", "changed_for_readers_at", "lead", "story_changed_at")
    while True:
        now = timezone.now()
        told = {"lead": lead_of(now), "story_changed_at": story_changed_at(now)}
        # Most articles tell none.
        annotated = rows.annotate(
            **{name: Case(When(story_member__isnull=False, then=value)) for name, value in told.items()}
        )
        chunk = [_Row(*row) for row in annotated.filter(pk__gt=after).values_list(*columns)[:CHUNK]]
        if not chunk:
            return
        yield chunk
        after = chunk[-1].pk


def _article(row: _Row, origin: str) -> str:
    urls = _dated(f"{origin}/articles/{row.slug}/", row.modified)
    # The address of a story is that of its lead.
    if row.lead == row.pk and row.story_modified:
        urls += _dated(origin + story_url(row.slug), row.story_modified)
    return urls


def _dated(address: str, modified: datetime) -> str:
    return _url(address, f"<lastmod>{modified.isoformat(timespec='seconds')}</lastmod>")


def pages(origin: str) -> str:
    """The sitemap of the pages that list articles: those of the site, of topics and of providers."""
    topics = visible_topics().order_by("pk").values_list("slug", flat=True)
    providers = visible_providers().order_by("pk").values_list("domain", flat=True)
    paths = [
        "/", "/latest/", "/topics/", "/providers/", "/corrections/", "/archive/", "/about/",
        *(f"/topics/{slug}/" for slug in topics[:LISTS]),
        *(f"/providers/{domain}/" for domain in providers[:LISTS]),
    ]  # fmt: skip
    return "".join(_urlset(_url(origin + path) for path in paths))


def news(origin: str) -> str:
    """The sitemap for Google News: originals of the last two days. One query.

    If there are none, it contains the front page, since a sitemap without URLs is invalid.
    """
    fresh = Article.objects.visible().filter(category="news", published_at__gte=timezone.now() - NEWS_AGE)
    rows = fresh.latest_first().values_list("slug", "title", "published_at")[:NEWS_SIZE]
    urls = [_news(slug, title, published_at, origin) for slug, title, published_at in rows]
    return "".join(_urlset(urls or [_url(f"{origin}/")], f' xmlns:news="{NEWS}"'))


def _news(slug: str, title: str, published_at: datetime, origin: str) -> str:
    return _url(
        f"{origin}/articles/{slug}/",
        f"<news:news><news:publication><news:name>{escape(for_feed(settings.SITE_NAME))}</news:name>"
        f"<news:language>{LANGUAGE}</news:language></news:publication>"
        f"<news:publication_date>{published_at.isoformat(timespec='seconds')}</news:publication_date>"
        f"<news:title>{escape(for_feed(title))}</news:title></news:news>",
    )


def _urlset(urls: Iterable[str], namespaces: str = "") -> Iterator[str]:
    yield f'{HEAD}<urlset xmlns="{SITEMAP}"{namespaces}>\n'
    yield from urls
    yield "</urlset>\n"


def _url(address: str, more: str = "") -> str:
    return f"<url><loc>{escape(address)}</loc>{more}</url>\n"
