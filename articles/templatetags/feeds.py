"""Tags of the pages that have a feed."""

from collections.abc import Iterable

from django import template

from articles.syndication.feeds import FEED_FORMATS, FeedFormat

register = template.Library()


@register.simple_tag
def feed_formats() -> Iterable[tuple[str, FeedFormat]]:
    """Each format of a feed, with the extension of its address."""
    return FEED_FORMATS.items()
