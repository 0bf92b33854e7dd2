"""Tags and filters of the queue."""

from urllib.parse import urlencode

from django import template
from django.contrib.auth.models import User
from django.contrib.messages.storage.base import Message
from django.urls import reverse

from articles.desk.bulk.forms import form_in_bulk
from articles.desk.queue.place import QueuePlace
from articles.desk.queue.rows import QueueRow
from articles.desk.undo_offer import UndoOffer
from articles.history.labels import logged_changes
from articles.moderation.bulk import verbs_for

register = template.Library()
register.filter("changes", logged_changes)


@register.simple_tag
def address(place: QueuePlace, pk: int) -> str:
    """The address of the queue with the same filters and page, and with this article open."""
    return place.address(pk)


@register.simple_tag
def list_query(place: QueuePlace | None, pk: int) -> str:
    """The parameter by which the page of an article knows this list; "" without a list."""
    query = place.address(pk).partition("?")[2] if place else ""
    return urlencode({"list": query}) if query else ""


@register.simple_tag
def verb_url(verb: str, pk: int) -> str:
    return reverse(f"desk_{verb}", args=[pk])


@register.filter
def refusal(row: QueueRow, verb: str) -> str:
    """Why the verb cannot be carried out on the row now."""
    return row.refusal(verb)


@register.filter
def bulk_menu(user: User) -> list[tuple[str, str, str]]:
    """Name, key and label of each verb that the user may apply to a selection and that can be undone."""
    verbs = [verb for verb in verbs_for(user) if verb.can_be_undone]
    return [(verb.name, verb.key or verb.item_key, form_in_bulk(verb).offer or verb.label) for verb in verbs]


@register.filter
def up_to(number: int, counted: int) -> str:
    """A number as it was counted: beyond `counted` nothing more is known."""
    return f"{counted:,}+" if number > counted else f"{number:,}"


@register.filter
def unsigned(points: float) -> str:
    return f"{abs(points):.1f}"


@register.filter
def undo_of(message: Message) -> UndoOffer | None:
    """The way to undo the decision that a message reports, or None."""
    return UndoOffer.of(message.extra_tags or "")
