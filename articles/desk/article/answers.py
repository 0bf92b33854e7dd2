"""The answers to forms of the article page, whatever they are about."""

import re

from django.template.response import TemplateResponse
from django.urls import reverse

from articles.desk.access import way_back
from articles.desk.undo_offer import UndoOffer
from articles.forms.fields import as_typed
from articles.models import Event

# What no person typed: keys, places, marks of what was sent, buttons.
_NOT_TYPED = re.compile(r"csrfmiddlewaretoken|version|next|decide|hold|use-.*|.*-(pk|position|sent|do)")


def undo_tags(event: Event, page: str) -> str:
    """Returns the tags of a message that offers to undo the event; `page` is shown afterwards."""
    return str(UndoOffer(reverse("desk_event_undo", args=[event.pk]), page))


def gone(request, pk: int, version: int | None):
    """Says that the article was deleted while the form was open, and shows what was typed, so that it is not lost."""
    deleted = Event.objects.filter(article=pk, verb="delete").select_related("by").first()
    before = deleted.before if deleted else {}
    typed = [
        (name, value)
        for name, value in request.POST.items()
        if value.strip() and not _NOT_TYPED.fullmatch(name) and as_typed(value) != as_typed(str(before.get(name)))
    ]
    status = 404 if deleted is None else 422 if version is None else 409
    context = {"event": deleted, "typed": typed, "pk": pk, "section": "queue"}
    return TemplateResponse(request, "desk/article/gone.html", context, status=status)


def return_to(request, pk: int) -> str:
    """Returns the page of our site that the form names, else that of the article."""
    return way_back(request, reverse("desk_article", args=[pk]))
