"""Writes a list of articles as RSS 2.0, Atom and JSON Feed 1.1.

The three formats contain the same: the title, the excerpt, the address of our page, and the provider with a link to
the original.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed, SyndicationFeed, rfc3339_date
from django.utils.html import format_html
from django.utils.xmlutils import SimplerXMLGenerator

from articles.models import Article
from articles.public.also_reported import AlsoReported
from articles.texts import for_feed, link_for_feed

SIZE = 30
LANGUAGE = "en"


@dataclass(frozen=True)
class Feed:
    """A feed. `home` is the absolute URL of the page that lists these articles, `address` that of the feed itself."""

    title: str
    description: str
    home: str
    address: str
    articles: Iterable[Article]
    # By the key of an article: who else reported the same.
    stories: Mapping[int, AlsoReported] = field(default_factory=dict)

    def at(self, path: str) -> str:
        return urljoin(self.home, path)

    def id_of(self, article: Article) -> str:
        """A tag URI (RFC 4151) that never changes, even if the title or the slug does."""
        host = urlsplit(self.home).hostname
        return f"tag:{host},{article.created_at.astimezone(UTC):%Y-%m-%d}:article/{article.pk}"

    def story_of(self, article: Article) -> str:
        """The absolute URL of the page of the story that others reported too, or ""."""
        also = self.stories.get(article.pk)
        return self.at(also.url) if also else ""


def summary(feed: Feed, article: Article) -> str:
    """HTML of the excerpt, the source and who else reported it, as parts of the text: every feed reader shows it."""
    name = for_feed(article.provider.name)
    link = format_html('<a href="{}">{}</a>', link_for_feed(article.url), name) if article.url else name
    source = format_html("<p>From {}</p>", link)
    if also := feed.stories.get(article.pk):
        others = format_html('<a href="{}">{}</a>', feed.at(also.url), for_feed(str(also)))
        source = format_html("{}<p>Also reported by {}</p>", source, others)
    excerpt = for_feed(article.excerpt)
    return format_html("<p>{}</p>{}", excerpt, source) if excerpt else source


def image_link(feed: Feed, article: Article) -> tuple[str, str] | None:
    """The absolute URL and the media type of the article's first image, or None."""
    if article.lead_image is None:
        return None
    kind = mimetypes.guess_type(urlsplit(article.lead_image.src).path)[0] or ""
    return link_for_feed(feed.at(article.lead_image.src)), kind if kind.startswith("image/") else "image/jpeg"


def dates(article: Article) -> tuple[datetime, datetime]:
    """When the original was published and when readers last saw a change, which is never earlier; in whole seconds."""
    published = article.published_at.replace(microsecond=0)
    return published, max(published, article.changed_for_readers_at.replace(microsecond=0))


# XML, by Django's feed generators


class _DatedByArticles(SyndicationFeed):
    def latest_post_date(self) -> datetime:
        # Django returns the current time for an empty feed, so that each response would differ.
        dates = [item[name] for item in self.items for name in ("pubdate", "updateddate")]
        return max(dates, default=datetime(1970, 1, 1, tzinfo=UTC))


class _Rss(_DatedByArticles, Rss201rev2Feed):
    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("source", item["author_name"], {"url": item["author_link"]})
        if item["story"]:
            # RSS has no link to what is related; the feed names itself by this element too.
            handler.addQuickElement("atom:link", None, {"rel": "related", "href": item["story"]})


class _Atom(_DatedByArticles, Atom1Feed):
    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["original"]:
            handler.addQuickElement("link", "", {"rel": "via", "href": item["original"]})
        if item["story"]:
            handler.addQuickElement("link", "", {"rel": "related", "href": item["story"]})


def _xml(writer: type[SyndicationFeed]) -> Callable[[Feed], str]:
    def write(feed: Feed) -> str:
        out = writer(
            title=for_feed(feed.title),
            link=feed.home,
            description=for_feed(feed.description),
            language=LANGUAGE,
            feed_url=feed.address,
            feed_guid=feed.address,
        )
        for article in feed.articles:
            image = image_link(feed, article)
            published, modified = dates(article)
            out.add_item(
                title=for_feed(article.title),
                link=feed.at(article.get_absolute_url()),
                description=summary(feed, article),
                author_name=for_feed(article.provider.name),
                author_link=link_for_feed(f"https://{article.provider.domain}/"),
                pubdate=published,
                updateddate=modified,
                unique_id=feed.id_of(article),
                unique_id_is_permalink=False,
                categories=[for_feed(topic.name) for topic in article.ordered_topics],
                # The size of an image is unknown; 0 says so.
                enclosures=[Enclosure(image[0], "0", image[1])] if image else [],
                original=article.url and link_for_feed(article.url),
                story=feed.story_of(article),
            )
        return out.writeString("utf-8")

    return write


# JSON


def _json(feed: Feed) -> str:
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": for_feed(feed.title),
            "home_page_url": feed.home,
            "feed_url": feed.address,
            "description": for_feed(feed.description),
            "language": LANGUAGE,
            "items": [_json_item(feed, article) for article in feed.articles],
        }
    )


def _json_item(feed: Feed, article: Article) -> dict[str, Any]:
    image, excerpt = image_link(feed, article), for_feed(article.excerpt)
    topics = [for_feed(topic.name) for topic in article.ordered_topics]
    published, modified = dates(article)
    story = feed.story_of(article)
    return {
        "id": feed.id_of(article),
        "url": feed.at(article.get_absolute_url()),
        **({"external_url": link_for_feed(article.url)} if article.url else {}),
        "title": for_feed(article.title),
        "content_html": summary(feed, article),
        **({"summary": excerpt} if excerpt else {}),
        **({"image": image[0]} if image else {}),
        "date_published": rfc3339_date(published),
        "date_modified": rfc3339_date(modified),
        "authors": [
            {"name": for_feed(article.provider.name), "url": link_for_feed(f"https://{article.provider.domain}/")}
        ],
        **({"tags": topics} if topics else {}),
        # JSON Feed knows no related page; it leaves names that begin so to whoever writes a feed.
        **({"_story": {"url": story}} if story else {}),
    }


class FeedFormat(NamedTuple):
    title: str
    media_type: str
    write: Callable[[Feed], str]


# By the extension of the address. To add a format: a line here.
FEED_FORMATS = {
    "rss": FeedFormat("RSS", "application/rss+xml", _xml(_Rss)),
    "atom": FeedFormat("Atom", "application/atom+xml", _xml(_Atom)),
    "json": FeedFormat("JSON Feed", "application/feed+json", _json),
}
