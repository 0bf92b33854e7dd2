"""What the demo people decide, and when: what stands beside the texts, and what the desk has to show besides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.contrib.auth.models import User

from articles import moderation
from articles.history.snapshot import value_of
from articles.models import Article, Event, Reason
from articles.moderation import bulk
from articles.moderation import stories as stories_of
from articles.moderation.decision import Why
from articles.moderation.verbs import Reject
from newsroom.demo.clock import span
from newsroom.demo.documents import Story, stories

PEOPLE = IMPORTER, MODERATOR, EDITOR = "demo-importer", "demo-moderator", "demo-editor"
# How long ago, and what is done then.
Step = tuple[timedelta, Callable[[], object]]


@dataclass
class Desk:
    """The demo people at work, until `start`."""

    start: datetime
    people: dict[str, User] = field(default_factory=dict)

    def person(self, name: str) -> User:
        if name not in self.people:
            self.people[name] = User.objects.get(username=name)
        return self.people[name]

    def do(self, verb: Callable[..., Any], id: str, by: str, **options: Any) -> Any:
        """Carries out a verb of `moderation` on the article of a story as it is now."""
        article = article_of(id)
        return verb(article, by=self.person(by), version=article.version, **options)


def decisions(desk: Desk) -> Iterator[Step]:
    for story in stories():
        yield from _beside_the_text(desk, story)
    yield from _settled(desk)
    yield from _in_the_queue(desk)


def article_of(id: str) -> Article:
    return Article.objects.get(path=f"news/{id}.txt")


def why(reason: str, note: str = "") -> Why:
    return Why(Reason.objects.get(slug=reason), note)


def _beside_the_text(desk: Desk, story: Story) -> Iterator[Step]:
    """The decision that stands with a text: `publish: editor 25m`, `reject: moderator 2h | reason | note`."""
    for verb in ("publish", "reject", "withdraw"):
        if verb in story.text:
            who, *reason = (part.strip() for part in story.text[verb].split("|"))
            name, after = who.split()
            yield (
                story.arrival - span(after),
                partial(_decide, desk, verb, story.id, f"demo-{name}", reason),
            )


def _decide(desk: Desk, verb: str, id: str, by: str, reason: list[str]) -> None:
    options = {"why": why(*reason)} if reason else {}
    desk.do(getattr(moderation, verb), id, by, **options)


def _settled(desk: Desk) -> Iterator[Step]:
    """What is done with, and stands in the log and on the article's page."""
    do = desk.do
    yield span("3h30m"), partial(do, moderation.pin, "terminal-vote", EDITOR, pinned=True)
    yield span("3h25m"), partial(_curate, desk)
    yield span("5h30m"), partial(do, moderation.score, "storm-forecast", EDITOR, heat=178, quality=94)
    yield span("22h"), partial(do, moderation.edit, "opal-kept", EDITOR, excerpt=OPAL)
    yield span("1d18h"), partial(_reject_adverts, desk)
    yield span("5d12h"), partial(_undo_a_slip, desk)
    yield span("2d4h"), partial(_withdraw_the_poem, desk)
    yield span("4d16h"), partial(_clear_copies, desk)
    yield span("13h"), partial(do, moderation.note, "horoscope-bot", MODERATOR, notes="Fourth one from GadgetBuzz.")


def _in_the_queue(desk: Desk) -> Iterator[Step]:
    """What waits for whoever logs in, and what will happen by itself."""
    do = desk.do
    # Before the document of the next import says otherwise: a conflict.
    yield span("20h"), partial(do, moderation.edit, "halden-recall", EDITOR, title=RECALL)
    yield span("2h"), partial(do, moderation.flag, "pharmacy-robot", MODERATOR, why=FLAG)
    yield span("70m"), partial(_assign, desk, "officers-union", "minutes-by-machine", "ferry-app")
    yield span("3h50m"), partial(_under_embargo, desk)
    yield span("12h"), partial(do, moderation.schedule, "robot-evening", EDITOR, expires_at=desk.start + span("20h"))


OPAL = (
    "Eleven thousand hours of calls lay in a folder named “old2”. A former employee had asked about it three times, "
    "in writing; we have seen the letters."
)
RECALL = "Garden robots recalled: the blade guard may crack in frost"
COPIES = ("news/alarm-wire.txt", "news/alarm-radio.txt")
FLAG = "Is the hospital named on purpose? Please call them before this goes out."


def _curate(desk: Desk) -> None:
    """The editor puts the audit first, and hides what has little to do with the vote."""
    links = value_of(article_of("terminal-vote"), "related")
    items = [{"pk": link.pk, "hidden": "/trams-full" in link.url or "/crane-waits" in link.url} for link in links]
    first = next(place for place, link in enumerate(links) if link.url.endswith("/camera-audit"))
    items.insert(0, items.pop(first))
    desk.do(moderation.curate, "terminal-vote", EDITOR, related=items)


def _reject_adverts(desk: Desk) -> None:
    """Three at once, with one reason."""
    ids = [story.id for story in stories() if story.text.get("bulk") == "adverts"]
    articles = Article.objects.filter(path__in=[f"news/{id}.txt" for id in ids])
    bulk.carry_out(articles, Reject(why("advertising")), by=desk.person(MODERATOR))


def _undo_a_slip(desk: Desk) -> None:
    """A wrong key, noticed at once."""
    event: Event = desk.do(moderation.reject, "theatre-subtitles", MODERATOR, why=why("off-topic"))
    moderation.undo(event, by=desk.person(MODERATOR))
    desk.do(moderation.publish, "theatre-subtitles", MODERATOR)


def _withdraw_the_poem(desk: Desk) -> None:
    reason = why("wrong", "The prize does not exist: the author’s publisher has told us so.")
    desk.do(moderation.withdraw, "prize-poem", EDITOR, why=reason)


def _clear_copies(desk: Desk) -> None:
    """Two more reports of the alarm are covered, and a reprint is a duplicate."""
    alarm = article_of("wolf-alarm")
    copies = dict(Article.objects.filter(path__in=COPIES).values_list("pk", "version"))
    stories_of.cover(copies, alarm.pk, by=desk.person(MODERATOR))
    desk.do(moderation.mark_duplicate, "alarm-reprint", MODERATOR, of=alarm)


def _assign(desk: Desk, *ids: str) -> None:
    for id in ids:
        desk.do(moderation.assign, id, MODERATOR, to=desk.person(EDITOR))


def _under_embargo(desk: Desk) -> None:
    """Published tomorrow, by itself."""
    desk.do(moderation.note, "sky-map", EDITOR, notes="Under embargo until the observatory’s press conference.")
    desk.do(moderation.schedule, "sky-map", EDITOR, publish_at=desk.start + span("14h"))
    desk.do(moderation.publish, "sky-map", EDITOR)
