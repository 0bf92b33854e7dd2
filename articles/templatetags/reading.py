"""How facts read on a page."""

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
    # A tag, not a context processor: the pages of errors have no context.
    return settings.SITE_NAME


@register.filter
def html(body: str) -> SafeString:
    """The body of an article; a table wider than the page scrolls, with the keyboard too."""
    text = bodies.html_of(body)
    frame = '<div class="scrolls" tabindex="0" role="group" aria-label="Table"><table>'
    # What nh3 has written: a table of the text itself would read &lt;table&gt;.
    return mark_safe(text.replace("<table>", frame).replace("</table>", "</table></div>"))  # noqa: S308


@register.filter
def in_words(moment: datetime) -> str:
    """Today and yesterday by the hour, else the day."""
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
    """The site that a link leads to; "" where somebody typed what is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


@register.filter
def tint(number: int) -> int:
    """One of the tints of the style sheet, always the same for the same thing."""
    return number % TINTS + 1
