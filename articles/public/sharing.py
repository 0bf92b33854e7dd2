"""JSON-LD for search engines: of an article, with the provider as its source, and of a story, as a list of reports."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from articles.public.article_page import ArticlePage
from articles.public.origin import absolute
from articles.public.story_page import StoryPage
from articles.texts import for_feed, link_for_feed, shortened

HEADLINE = 110  # characters that search engines accept
# In a <script>, JSON must contain no tag. (json.dumps itself escapes all but ASCII.)
_ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&"}


def as_script_text(data: dict[str, Any]) -> str:
    return json.dumps(data).translate(_ESCAPES)


def json_ld(article: ArticlePage, request: HttpRequest) -> dict[str, Any]:
    """A schema.org NewsArticle that is based on the original, with the provider as its author."""
    url = absolute(request, article.get_absolute_url())
    source = {
        "@type": "Organization",
        "name": for_feed(article.provider.name),
        "url": f"https://{article.provider.domain}/",
    }
    topics = [for_feed(topic.name) for topic in article.ordered_topics]
    items = [absolute(request, f"/articles/{item.slug}/") for item in article.items]
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": shortened(for_feed(article.title), HEADLINE),
        "description": for_feed(article.excerpt),
        "url": url,
        "mainEntityOfPage": url,
        "datePublished": article.published_at.isoformat(),
        "dateModified": max(article.published_at, article.changed_for_readers_at).isoformat(timespec="seconds"),
        "image": [absolute(request, image.src) for image in article.ordered_images if image.src],
        "articleSection": topics[:1],
        "keywords": topics,
        "isBasedOn": article.url,
        "hasPart": items,
        "isPartOf": _page_of(article.story, request) if article.story else {},
        "author": source,
        "sourceOrganization": source,
        "publisher": _publisher(request),
    }
    return {name: value for name, value in data.items() if value}


def json_ld_of_story(story: StoryPage, request: HttpRequest) -> dict[str, Any]:
    """A schema.org CollectionPage, whose main entity is the list of its reports in the order of time.

    An article says that it is part of this page. `about` would be the event, of which we know nothing but its reports,
    and `subjectOf` a work that is about the article, which the others are not.
    """
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "name": for_feed(report.title),
            "url": absolute(request, report.get_absolute_url()) if report.published else link_for_feed(report.url),
        }
        for position, report in enumerate(story.reports, 1)
    ]
    return {
        "@context": "https://schema.org",
        **_page_of(story, request),
        "dateModified": story.modified.isoformat(timespec="seconds"),
        "mainEntity": {"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items},
        "publisher": _publisher(request),
    }


def _page_of(story: StoryPage, request: HttpRequest) -> dict[str, Any]:
    url = absolute(request, story.get_absolute_url())
    return {"@type": "CollectionPage", "name": shortened(for_feed(story.lead.title), HEADLINE), "url": url}


def _publisher(request: HttpRequest) -> dict[str, Any]:
    return {"@type": "Organization", "name": for_feed(settings.SITE_NAME), "url": absolute(request, "/")}
