"""POST /desk/articles/<pk>/<verb>/: what a person decides from the queue about the story of an article.

Each is one step of the person, on however many articles, and one undo takes all of it back. The form has the `version`
that the person saw; `other` is the key of the article beside it that the button names.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_POST

from articles import moderation
from articles.desk.access import staff_only
from articles.desk.queue.decide import LARGEST_KEY, done, refused, require_current
from articles.desk.queue.forms import DecisionForm
from articles.forms.conflict import version_in
from articles.forms.filters import article_named, picks_of
from articles.models import Article, Event
from articles.moderation import DECIDE, VERBS, Outcome, stories
from articles.moderation.refusals import Impossible, NotAllowed, Refused
from articles.moderation.story_verbs import MarkDuplicate
from articles.moderation.verbs import Publish


@require_POST
@staff_only(DECIDE)
def story(request, pk, verb):
    if pk > LARGEST_KEY:
        raise Http404
    try:
        with transaction.atomic():
            text, undo = STEPS[verb](request, pk, by=request.user, version=version_in(request.POST))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        return refused(request, pk, None, refusal, DecisionForm())
    article = Article.objects.without_payload().filter(pk=pk).first() or Article(pk=pk)
    # Published with its copies: its row says so.
    done_as = Publish() if verb == "cover" and article.published else VERBS[verb]()
    return done(request, article, text, undo, done_as)


Done = tuple[str, str]  # what was done, in words, and the address of its undo


def _cover(request, pk: int, **said: Any) -> Done:
    copies = picks_of(request.POST.getlist("copy"))
    if copies is None:
        raise Impossible("The form does not say which reports are to be covered, and in which versions you saw them.")
    if "other" in request.POST:
        # One of the story is published: this one is covered with the others.
        require_current(pk, said["version"])
        published = _other(request)
        event, outcome = None, stories.cover({**copies, pk: said.pop("version")}, published.pk, **said)
        text = f"Covered with “{published}”: {_reports(outcome.done)}."
    else:
        event, outcome = stories.publish_and_cover(pk, copies, **said)
        text = f"{'Published' if event else 'Published before'}, and {_reports(outcome.done)} covered."
    text += "".join(f" “{title}” was left as it is: {why}" for _, title, why in outcome.refused)
    return text, _undo_of(outcome) if outcome.done or event is None else _of_one(event, "")[1]


def _duplicate(request, pk: int, **said: Any) -> Done:
    other = _other(request) if request.POST.get("other") else None
    event = moderation.write_one(pk, MarkDuplicate(other), **said)
    return _of_one(event, f"It is a duplicate of “{other}”." if other else "It is no duplicate.")


def _group(request, pk: int, *, version: int | None, **said: Any) -> Done:
    other = _other(request)
    outcome = stories.group({pk: version, other.pk: other.version}, **said)
    return f"One story with “{other}”.", _undo_of(outcome)


def _never(request, pk: int, **said: Any) -> Done:
    other = _other(request)
    return f"Never one story with “{other}”.", _undo_of(stories.never(pk, other.pk, **said))


def _split(request, pk: int, **said: Any) -> Done:
    return "It is in no story any more.", _undo_of(stories.split(pk, **said))


def _lead(request, pk: int, **said: Any) -> Done:
    leads = request.POST.get("leads", "1") == "1"
    text = "It leads its story." if leads else "It leads its story no longer."
    return _of_one(stories.lead(pk, leads=leads, **said), text)


STEPS: dict[str, Callable[..., Done]] = {
    "cover": _cover,
    "duplicate": _duplicate,
    "group": _group,
    "never": _never,
    "split": _split,
    "lead": _lead,
}


def _reports(number: int) -> str:
    return f"{number} report{'' if number == 1 else 's'}"


def _other(request) -> Article:
    """Returns the article that a button names by its key, or a person by its number or its address at the desk."""
    named, typed = request.POST.get("other", ""), request.POST.get("of", "")
    other = article_named(typed if named == "typed" else named)
    if other is None:
        message = f"There is no article “{typed}”: give its number, or its address at the desk."
        raise Impossible(message if named == "typed" else "The other article is not there any more.")
    return other


def _of_one(event: Event | None, text: str) -> Done:
    if event is None:
        return "Nothing was changed: it is like that already.", ""
    return text, reverse("desk_event_undo", args=[event.pk])


def _undo_of(outcome: Outcome) -> str:
    return reverse("desk_batch_undo", args=[outcome.batch]) if outcome.done else ""
