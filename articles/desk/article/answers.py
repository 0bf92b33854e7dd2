"""What the article page's forms answer, whatever they are about."""

from django.template.response import TemplateResponse
from django.urls import reverse

from articles.desk.access import way_back
from articles.desk.undo_offer import UndoOffer
from articles.models import Event


def undo_tags(event: Event, page: str) -> str:
    """The tags of a message that offers to take the event back; `page` is shown afterwards."""
    return str(UndoOffer(reverse("desk_event_undo", args=[event.pk]), page))


def gone(request, pk: int, version: int | None):
    """The article was deleted while the form was open: what was typed is shown, so that it is not lost."""
    deleted = Event.objects.filter(article=pk, verb="delete").select_related("by").first()
    silent = ("csrfmiddlewaretoken", "version", "next")
    typed = [(name, value) for name, value in request.POST.items() if name not in silent and value.strip()]
    status = 404 if deleted is None else 422 if version is None else 409
    context = {"event": deleted, "typed": typed, "pk": pk, "section": "queue"}
    return TemplateResponse(request, "desk/article/gone.html", context, status=status)


def return_to(request, pk: int) -> str:
    """The page of our site that the form names, else the article's."""
    return way_back(request, reverse("desk_article", args=[pk]))
