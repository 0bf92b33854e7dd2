"""Renders cards, and caches their HTML: most cards of a page were on another page before."""

from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from articles.public.cards import Card
from articles.templatetags.reading import in_words

register = template.Library()


@register.simple_tag
def card(
    article: Card, look: str, level: int, *, eager: bool = False, hour_only: bool = False, within: int | None = None
) -> str:
    """The HTML of an article in a list. On a topic's page, `within` is its pk: the card does not name that topic."""
    local = timezone.localtime(article.published_at)
    when = f"{local:%H:%M}" if hour_only else in_words(article.published_at)
    return _html(article, look, level, eager, within, when, local.isoformat(), settings.REMOTE_IMAGES)


# With its key a card takes 3 KB in each process; those of the pages that are asked most are a few hundred.
@lru_cache(maxsize=1000)
def _html(
    article: Card, look: str, level: int, eager: bool, within: int | None, when: str, stamp: str, remote_images: str
) -> SafeString:
    # The arguments are the key of the cache, so the template may depend on nothing else.
    context = {"article": article, "look": look, "level": level, "eager": eager, "within": within}
    html = get_template("public/card.html#card").render(context | {"when": when, "stamp": stamp})
    return mark_safe(html)  # noqa: S308 - a template's
