"""How the queue shows its articles."""

from django import template
from django.urls import reverse

from articles.desk.bulk.forms import form_of
from articles.desk.queue.rows import Row, Undo
from articles.history.labels import changes_of
from articles.moderation.bulk import verbs_for

register = template.Library()
register.filter("changes", changes_of)


@register.simple_tag
def address(place, pk) -> str:
    """Of the queue as it is narrowed and cut, with this article open."""
    return place.address(pk)


@register.simple_tag
def verb_url(verb: str, pk: int) -> str:
    return reverse(f"desk_{verb}", args=[pk])


@register.filter
def refusal(row: Row, verb: str) -> str:
    """Why the verb cannot be carried out on the row now."""
    return row.refusal(verb)


@register.filter
def bulk_menu(user) -> list[tuple[str, str]]:
    """Name and label of what the user may do to a selection, and undo."""
    return [(verb.name, form_of(verb).offer or verb.label) for verb in verbs_for(user) if verb.can_be_undone]


@register.filter
def unsigned(points: float) -> str:
    return f"{abs(points):.1f}"


@register.filter
def undo_of(message) -> Undo | None:
    """How to take back what a message tells of, where that can be."""
    return Undo.of(message.extra_tags or "")
