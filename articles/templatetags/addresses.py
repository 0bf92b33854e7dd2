"""The `url` tag of all templates: Django's, which looks up an address without variables once.

Looking up takes some 15 µs, and every page has some fifteen such addresses around its contents.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.base import FilterExpression, Parser, Token, Variable
from django.template.context import Context
from django.template.defaulttags import url as django_url
from django.urls import get_script_prefix, reverse
from django.utils.html import conditional_escape

register = template.Library()


class ConstantURLNode(template.Node):
    def __init__(self, name: str, args: tuple[Any, ...]):
        self.name, self.args = name, args

    def render(self, context: Context) -> str:
        return _address(self.name, self.args, get_script_prefix(), settings.ROOT_URLCONF)


# The prefix and the list of addresses are part of the key, since `reverse` reads them.
@lru_cache(maxsize=500)
def _address(name: str, args: tuple[Any, ...], prefix: str, urlconf: str) -> str:
    return conditional_escape(reverse(name, urlconf, args=args))


@register.tag
def url(parser: Parser, token: Token) -> template.Node:
    node = django_url(parser, token)
    constant = all(_is_constant(value) for value in (node.view_name, *node.args))
    # A name with a namespace depends on the page that it stands on.
    if not constant or node.kwargs or node.asvar or ":" in (name := node.view_name.resolve(Context())):
        return node
    return ConstantURLNode(name, tuple(arg.resolve(Context()) for arg in node.args))


def _is_constant(value: FilterExpression) -> bool:
    return not value.filters and not (isinstance(value.var, Variable) and value.var.lookups)
