"""What an undo says: which steps it took back, and which it did not, who came between, and what to undo instead."""

from collections.abc import Sequence

from django.contrib import messages
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.desk.queue.place import QueuePlace
from articles.desk.undo_offer import UndoOffer
from articles.models import Event
from articles.moderation.own_steps import Step, UndoneStep, last_steps
from articles.moderation.refusals import Refused

# Of a batch; its page has them all.
MOST_TOLD = 3


def not_undone(title: str, refusal: Refused | str) -> str:
    """Returns why an event was not undone, in a sentence that names the article."""
    why, named = str(refusal), f"“{title}” "
    if why.startswith(f"{named}was "):
        return why
    return f"{named}was not undone: {why.replace(named, 'it ', 1)}"


def in_words(step: Step, articles: int) -> SafeString:
    """Returns what a step did, with a link to its article, or to its batch."""
    verbs, event = ", ".join(step.verbs), step.event
    if step.articles > 1:
        return format_html(
            '{} of <a href="{}">{} articles</a>', verbs, reverse("desk_batch", args=[event.batch]), articles
        )
    return format_html('{} <a href="{}">“{}”</a>', verbs, reverse("desk_article", args=[event.article_id]), event.title)


def undo_address(step: Step) -> str:
    if step.event.batch:
        return reverse("desk_batch_undo", args=[step.event.batch])
    return reverse("desk_event_undo", args=[step.event.pk])


def tell(request, undone: Sequence[UndoneStep], back: str) -> None:
    """Adds a message about all that was undone, and one about each refusal."""
    if done := [(in_words(each.step, each.done),) for each in undone if each.done]:
        messages.success(request, format_html("Undone: {}.", format_html_join("; ", "{}", done)))
    for each in undone:
        for title, why in each.refused[:MOST_TOLD]:
            tell_refusal(request, each.step.event, not_undone(title, why), back if len(undone) == 1 else "")
        if (more := len(each.refused) - MOST_TOLD) > 0:
            messages.warning(request, f"{more} more of the batch {'is' if more == 1 else 'are'} not undone either.")


def tell_refusal(request, event: Event, message: str, back: str = "") -> None:
    """Adds a message with a link to the log; with `back`, it offers the step before that can be undone instead."""
    log = f"{reverse('desk_log')}?article={event.article_id}"
    text, offer = format_html('{} <a href="{}">See the log</a>', message, log), ""
    own = back and event.by_id == request.user.pk
    earlier = last_steps(request.user, fresh=True, before=event) if own else []
    if step := next((step for step in earlier if not step.refusal), None):
        place = QueuePlace.to_return_to(request)
        page = place.address(step.event.article_id) if place else back
        text = format_html("{}. Undo the step before it: {}?", text, in_words(step, step.articles))
        offer = str(UndoOffer(undo_address(step), page))
    messages.warning(request, text, extra_tags=offer)
