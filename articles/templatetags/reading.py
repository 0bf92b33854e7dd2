"""Filters that format the values of an article for readers."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe

from articles import texts
from articles.public import bodies

register = template.Library()
register.filter("player", bodies.player_of)
register.filter(texts.plain)
register.filter(texts.shortened)

TINTS = 6
DAY = timedelta(days=1)


@register.simple_tag
def site_name() -> str:
    # A tag, not a context processor: error pages are rendered without one.
    return settings.SITE_NAME


@register.filter
def html(body: str) -> SafeString:
    """The HTML of a body. Each table gets a container that scrolls, and that the keyboard can reach."""
    text = bodies.html_of(body)
    frame = '<div class="scrolls" tabindex="0" role="group" aria-label="Table"><table>'
    # Only tags that nh3 wrote match: in the text, "<table>" is escaped.
    return mark_safe(text.replace("<table>", frame).replace("</table>", "</table></div>"))  # noqa: S308


@register.filter
def in_words(moment: datetime) -> str:
    """The moment as "Today, 12:30", "Yesterday, 12:30" or "3 May 2021", in the current time zone."""
    local = timezone.localtime(moment)
    day, today = local.date(), timezone.localdate()
    if day == today:
        return f"Today, {local:%H:%M}"
    if day == today - DAY:
        return f"Yesterday, {local:%H:%M}"
    return _day_in_words(day)


@lru_cache(maxsize=1000)
def _day_in_words(day: date) -> str:
    return date_format(day, "j F Y")


@register.filter
def host(url: str) -> str:
    """The host of a URL without "www.", or "" if the URL is invalid."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


@register.filter
def tint(number: int) -> int:
    """The number of a tint in the style sheet, always the same for the same primary key."""
    return number % TINTS + 1
