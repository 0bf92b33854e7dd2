"""/desk/undo/: what the person did last at the desk, and its undo, one step or the last of them."""

from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.generic import TemplateView

from articles import moderation
from articles.desk.access import DeskPage, way_back
from articles.desk.queue.decide import LARGEST_KEY
from articles.desk.queue.place import QueuePlace
from articles.desk.undo.words import tell, undo_address
from articles.moderation.own_steps import FRESH, MOST_STEPS, UndoneStep, last_steps, undo_last
from articles.moderation.refusals import Refused

LATEST = 2**32  # seconds, in the year 2106


class LastForm(forms.Form):
    """How many of the last steps are undone.

    `newest` is the first one that the person saw, if a list was shown; `shown` is when a page without one was shown.
    """

    last = forms.IntegerField(min_value=1, max_value=MOST_STEPS, label="Steps")
    newest = forms.IntegerField(min_value=1, max_value=LARGEST_KEY, required=False, widget=forms.HiddenInput)
    shown = forms.FloatField(min_value=0, max_value=LATEST, required=False, widget=forms.HiddenInput)

    def clean_shown(self):
        seconds = self.cleaned_data["shown"]
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


class OwnSteps(DeskPage, TemplateView):
    permission = moderation.DECIDE
    template_name = "desk/undo/own_steps.html"

    def get_context_data(self, **kwargs):
        steps = last_steps(self.request.user)
        newest = steps[0].event.pk if steps else None
        return super().get_context_data(
            steps=[(step, "" if step.refusal else undo_address(step)) for step in steps],
            form=kwargs.pop("form", None) or LastForm(initial={"last": 1, "newest": newest}),
            next=way_back(self.request, reverse("desk_queue")),
            most=MOST_STEPS,
            **kwargs,
        )

    def post(self, request):
        form = LastForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        back = way_back(request, reverse("desk_undo"))
        try:
            chosen = form.cleaned_data
            undone = undo_last(chosen["last"], by=request.user, newest=chosen["newest"], shown_at=chosen["shown"])
        except Refused as refusal:
            messages.warning(request, str(refusal))
            return redirect(back)
        if not undone:
            text = 'There is nothing to undo from the last {} hours. <a href="{}">Your last steps</a>'
            messages.info(request, format_html(text, round(FRESH.total_seconds() / 3600), reverse("desk_undo")))
        tell(request, undone, back)
        return redirect(_page_of(request, undone) or back)


def _page_of(request, undone: list[UndoneStep]) -> str:
    """Returns the queue with the article open whose step was undone, if the person is in the queue."""
    place = QueuePlace.to_return_to(request)
    if place is None or len(undone) != 1 or undone[0].step.articles > 1:
        return ""
    return place.address(undone[0].step.event.article_id)
