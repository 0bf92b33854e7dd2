"""JSON-LD of an article for search engines, with the provider as its source."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from articles.public.article_page import ArticlePage
from articles.public.origin import absolute
from articles.texts import for_feed, shortened

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
        "author": source,
        "sourceOrganization": source,
        "publisher": {"@type": "Organization", "name": for_feed(settings.SITE_NAME), "url": absolute(request, "/")},
    }
    return {name: value for name, value in data.items() if value}
