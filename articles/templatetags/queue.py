"""Tags and filters of the queue."""

from django import template
from django.contrib.messages.storage.base import Message
from django.urls import reverse

from articles.desk.queue.rows import Undo
from articles.desk.queue.views import Place
from articles.history.labels import changes_of

register = template.Library()
register.filter("changes", changes_of)


@register.simple_tag
def address(place: Place, pk: int) -> str:
    """The address of the queue with the same filters and page, and with this article open."""
    return place.address(pk)


@register.simple_tag
def verb_url(verb: str, pk: int) -> str:
    return reverse(f"desk_{verb}", args=[pk])


@register.filter
def get(reasons: dict[str, str], verb: str) -> str:
    return reasons.get(verb, "")


@register.filter
def unsigned(points: float) -> str:
    return f"{abs(points):.1f}"


@register.filter
def undo_of(message: Message) -> Undo | None:
    """The way to undo the decision that a message reports, or None."""
    return Undo.of(message.extra_tags or "")
