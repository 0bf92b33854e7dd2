from django import template

from articles.search.marks import mark

register = template.Library()


@register.filter
def marked(text, words):
    """With <mark> around the words that were looked for; the rest is escaped."""
    return mark(text, words)
