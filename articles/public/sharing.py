"""What search engines are told of an article: JSON-LD, with the source named as such."""

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings

from articles.public.article_page import ArticlePage
from articles.texts import for_feed, shortened

HEADLINE = 110  # characters: what search engines take
# In a page, JSON must not end the element that it stands in, nor begin another. (Beyond ASCII, json.dumps escapes.)
_ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&"}


def as_script_text(data: dict[str, Any]) -> str:
    return json.dumps(data).translate(_ESCAPES)


def json_ld(article: ArticlePage, absolute: Callable[[str], str]) -> dict[str, Any]:
    """A schema.org NewsArticle: ours is based on the original, and its author is who published that."""
    url = absolute(article.get_absolute_url())
    source = {
        "@type": "Organization",
        "name": for_feed(article.provider.name),
        "url": f"https://{article.provider.domain}/",
    }
    topics = [for_feed(topic.name) for topic in article.ordered_topics]
    said = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": shortened(for_feed(article.title), HEADLINE),
        "description": for_feed(article.excerpt),
        "url": url,
        "mainEntityOfPage": url,
        "datePublished": article.published_at.isoformat(),
        "image": [absolute(image.src) for image in article.ordered_images if image.src],
        "articleSection": topics[:1],
        "keywords": topics,
        "isBasedOn": article.url,
        "author": source,
        "sourceOrganization": source,
        "publisher": {"@type": "Organization", "name": for_feed(settings.SITE_NAME), "url": absolute("/")},
    }
    return {name: value for name, value in said.items() if value}
