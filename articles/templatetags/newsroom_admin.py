from django import template

from articles.admin.article import columns
from articles.admin.mixins import image_inline as pictures
from articles.history import labels as history

register = template.Library()


@register.simple_tag
def badge(article):
    return columns.badge(article)


@register.simple_tag
def thumb(article):
    return pictures.thumb(article.lead_image, article.title)


@register.inclusion_tag("admin/articles/event_line.html")
def event_line(event):
    return {"event": event, "changes": history.changes_of(event)}
