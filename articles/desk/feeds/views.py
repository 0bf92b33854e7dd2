"""/desk/feeds/: the feeds of documents, their states, what came of them; and how they are changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect
from django.tasks import default_task_backend
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, TemplateView

from articles import tasks
from articles.desk.access import CHANGE_FEEDS, DeskPage, staff_only
from articles.desk.feeds import figures
from articles.desk.feeds.forms import FeedForm
from articles.intake import places
from articles.intake.looking import State, look
from articles.intake.silence import alert_after, gaps_of_feed, is_known
from articles.intake.states import held_uploads, state_of, states_of
from articles.models import Channel, DocumentFeed, ImportRun, KeptEvent
from articles.moderation.refusals import Refused
from articles.processes import heartbeat
from articles.vocabulary import writer

READ, ADD, CHANGE = "articles.view_documentfeed", "articles.add_documentfeed", CHANGE_FEEDS
LAST_RUNS, LAST_CHANGES = 10, 20
CREATE = writer.Origin(Channel.DESK, KeptEvent.Verb.CREATE)


class Feeds(DeskPage, TemplateView):
    permission = READ
    section = "feeds"
    template_name = "desk/feeds/index.html"

    def get_context_data(self, **kwargs):
        found = states_of(DocumentFeed.objects.all())
        last = {feed.pk: feed.runs.order_by("-pk").first() for feed, _ in found}
        return super().get_context_data(
            feeds=[(feed, state, last[feed.pk]) for feed, state in found],
            may_change=self.request.user.has_perm(CHANGE),
            no_worker=heartbeat.is_missing(),
            **kwargs,
        )


class Feed(DeskPage, DetailView):
    permission = READ
    section = "feeds"
    template_name = "desk/feeds/feed.html"
    context_object_name = "feed"
    queryset = DocumentFeed.objects.select_related("by")

    def get_context_data(self, **kwargs):
        feed = self.object
        days = next((n for n in figures.PERIODS if str(n) == self.request.GET.get("days")), figures.PERIODS[0])
        events = KeptEvent.objects.filter(kind=KeptEvent.Kind.FEED, row=feed.pk).select_related("by", "undone_by")
        gaps = gaps_of_feed(feed)
        return super().get_context_data(
            state=state_of(feed),
            held=held_uploads().filter(feed=feed)[:LAST_RUNS],
            periods=figures.PERIODS,
            days=days,
            figure=figures.arrivals(feed, days),
            became=figures.became(feed, days),
            limit=alert_after(gaps).total_seconds(),
            is_rhythm_known=is_known(gaps),
            runs=ImportRun.objects.filter(feed=feed).select_related("by", "undoes")[:LAST_RUNS],
            changes=[_told(event) for event in events[:LAST_CHANGES]],
            may_change=self.request.user.has_perm(CHANGE),
            **kwargs,
        )


@dataclass(frozen=True)
class Differs:
    """A field that somebody else has changed: what the person typed, and what it is."""

    label: str
    typed: Any
    current: Any


class FeedFormPage(DeskPage, TemplateView):
    """The form: of a new feed, or of one that is there."""

    permission = CHANGE
    section = "feeds"
    template_name = "desk/feeds/form.html"

    def get(self, request, *args, pk=None, **kwargs):
        feed = self._feed(pk)
        return self._page(feed, FeedForm(instance=feed))

    def post(self, request, *args, pk=None, **kwargs):
        feed = self._feed(pk)
        form = FeedForm(request.POST, instance=feed)
        if pk and not _version(request):
            return self._page(feed, form, status=422, refused=writer.VersionMissing())
        if not form.is_valid():
            return self._page(feed, form, status=200)
        try:
            feed = self._save(pk, form)
        except writer.StaleRow as stale:
            return self._page(stale.current, form, status=409, refused=stale, differs=_differences(form, stale))
        except Refused as refusal:
            return self._page(feed, form, status=refusal.status, refused=refusal)
        except IntegrityError:
            form.add_error("name", "There is a feed of this name already.")
            return self._page(feed, form, status=200)
        messages.success(request, f"Saved: {feed}.")
        return redirect("desk_feed", feed.pk)

    def _save(self, pk, form):
        if pk is None:
            feed = DocumentFeed(by=self.request.user, **form.cleaned_data)
            writer.create(feed, by=self.request.user, at=CREATE)
            return feed
        feed = DocumentFeed.objects.get(pk=pk)
        writer.change(feed, form.cleaned_data, by=self.request.user, version=_version(self.request))
        return feed

    def _feed(self, pk):
        return get_object_or_404(DocumentFeed, pk=pk) if pk else DocumentFeed()

    def _page(self, feed, form, status=200, **context):
        # Of a stale form the version is the current one: who sends it again has seen both values.
        seen = feed.version if status in (200, 409) and feed.pk else _version(self.request)
        if status == 200 and self.request.method == "POST" and feed.pk:
            seen = _version(self.request)
        found = self.get_context_data(feed=feed, form=form, version=seen, **context)
        return self.render_to_response(found, status=status)


def _version(request) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _differences(form, stale) -> list[Differs]:
    return [
        Differs(str(form.fields[name].label or name), typed, current)
        for name, (typed, current) in stale.differences.items()
        if name in form.fields
    ]


@require_POST
@staff_only(CHANGE)
def switch(request, pk):
    """Switches the feed on or off."""
    feed = get_object_or_404(DocumentFeed, pk=pk)
    try:
        if request.POST.get("on") == "1":
            places.check(feed)
        writer.change(feed, {"is_on": request.POST.get("on") == "1"}, by=request.user, version=_version(request))
    except places.Refused as refusal:
        messages.error(request, f"It stays off: {refusal}")
    except Refused as refusal:
        messages.error(request, f"Nothing was changed: {refusal}")
    else:
        messages.success(request, f"{feed} is {'on' if feed.is_on else 'off'}.")
    return redirect("desk_feed", pk)


@require_POST
@staff_only(CHANGE)
def look_now(request, pk):
    """Looks at the feed: the worker does, next; without one this request."""
    feed = get_object_or_404(DocumentFeed.objects.exclude(kind=DocumentFeed.Kind.PUSH), pk=pk)
    if default_task_backend.supports_defer and feed.is_on:
        DocumentFeed.objects.filter(pk=pk).update(next_look_at=timezone.now())
        messages.success(request, "The worker looks at it next.")
    else:
        found = look(feed)
        if found.run:
            tasks.after_import()
        say = messages.warning if found.state in (State.PROBLEM, State.BUSY) else messages.success
        say(request, f"Looked: {found.state}{f': {found.says}' if found.says else ''}.")
    return redirect("desk_feed", pk)


@require_POST
@staff_only(CHANGE)
def undo(request, pk):
    """Undoes a change of a feed, if nobody has changed the same since."""
    event = get_object_or_404(KeptEvent, pk=pk, kind=KeptEvent.Kind.FEED)
    try:
        writer.undo(event, by=request.user)
    except Refused as refusal:
        messages.error(request, f"Not undone: {refusal}")
    else:
        messages.success(request, "Undone.")
    return redirect("desk_feed", event.row) if DocumentFeed.objects.filter(pk=event.row) else redirect("desk_feeds")


@dataclass(frozen=True)
class Told:
    """An entry of the log of a feed, for its page."""

    event: KeptEvent
    changes: list[tuple[str, Any, Any]]
    can_be_undone: bool


def _told(event: KeptEvent) -> Told:
    is_change = event.verb in (KeptEvent.Verb.CHANGE, KeptEvent.Verb.RENAME)
    pairs = [(_label(name), event.before.get(name), after) for name, after in event.after.items()]
    return Told(event, pairs if event.before else [], is_change and not hasattr(event, "undone_by"))


def _label(name: str) -> str:
    return "switched on" if name == "is_on" else FeedForm.Meta.labels.get(name, name)
