from django import template

from articles.admin.article import columns
from articles.admin.mixins.thumb import thumb
from articles.history.labels import logged_changes
from articles.models import Article, Event, KeptEvent
from articles.vocabulary.words import changes_in_words

register = template.Library()


@register.simple_tag
def badge(article: Article) -> str:
    return columns.badge(article)


@register.simple_tag(name="thumb")
def lead_thumb(article: Article) -> str:
    return thumb(article.lead_image, article.title)


@register.inclusion_tag("admin/articles/event_line.html")
def event_line(event: Event | KeptEvent) -> dict[str, object]:
    changes = changes_in_words(event) if isinstance(event, KeptEvent) else logged_changes(event)
    return {"event": event, "changes": changes}
