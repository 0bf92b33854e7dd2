"""Metadata of pages for search engines, and for sites on which a page is shared."""

from typing import Any

from django import template
from django.template import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.public import origin, sharing
from articles.public.article_page import ArticlePage
from articles.public.story_page import StoryPage

register = template.Library()


@register.simple_tag(takes_context=True)
def absolute(context: Context, path: str) -> str:
    return origin.absolute(context["request"], path)


@register.simple_tag(takes_context=True)
def page_title(context: Context) -> str:
    """The content of the block `title`; in a template, Django allows each block only once."""
    return context.render_context[BLOCK_CONTEXT_KEY].get_block("title").nodelist.render(context)


@register.simple_tag(takes_context=True)
def json_ld(context: Context, article: ArticlePage) -> str:
    """The JSON-LD of an article as a <script>."""
    return _script(sharing.json_ld(article, context["request"]))


@register.simple_tag(takes_context=True)
def story_json_ld(context: Context, story: StoryPage) -> str:
    return _script(sharing.json_ld_of_story(story, context["request"]))


def _script(data: dict[str, Any]) -> str:
    # It is data and does not run, so the CSP allows it.
    return format_html('<script type="application/ld+json">{}</script>', SafeString(sharing.as_script_text(data)))
