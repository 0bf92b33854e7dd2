import re
from collections.abc import Collection

from django import template
from django.utils.safestring import SafeString, mark_safe

from articles.public.cards import Card
from articles.public.search.marks import mark
from articles.templatetags.cards import card

register = template.Library()

_TITLE_OR_EXCERPT = re.compile('(?:<h3 class="card-title"|<p class="excerpt").*?</(?:h3|p)>', re.DOTALL)


@register.simple_tag
def found_card(article: Card, words: Collection[str]) -> SafeString:
    """The card of an article with <mark> around the words of the search, in title and excerpt."""
    html = card(article, "row", 3)
    return mark_safe(_TITLE_OR_EXCERPT.sub(lambda part: mark(mark_safe(part[0]), words), html))  # noqa: S308
