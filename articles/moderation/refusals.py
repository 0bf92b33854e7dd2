"""Why a decision was not carried out; `status` is the HTTP status that says the same."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.timezone import localdate, localtime

from articles.models import Article, Event


class Refused(Exception):
    """A decision that is not carried out; the message is for the person who asked."""

    status = 409
    verb = ""  # of several that were to be carried out, the one that was refused


class NotAllowed(Refused):
    status = 403


class VersionMissing(Refused):
    status = 422

    def __init__(self) -> None:
        super().__init__("The form does not say which version of the article you saw: look at it again.")


class Impossible(Refused):
    """The article's state, or what was typed, does not admit it. `errors` maps a field to its messages."""

    status = 422

    def __init__(self, message: str, errors: Mapping[str, list[str]] | None = None):
        super().__init__(message)
        self.errors = errors or {}


class Stale(Refused):
    """Someone has written the article since the version that the person saw. `current` is the article now."""

    status = 409

    def __init__(self, current: Article | None, seen_version: int):
        self.current, self.seen_version = current, seen_version
        super().__init__(
            f"“{current}” has been changed since you opened it." if current else "The article has been deleted."
        )

    @property
    def since(self) -> list[Event]:
        """The events that the person has not seen, newest first."""
        if self.current is None:
            return []
        return list(
            Event.objects.filter(article=self.current, version__gt=self.seen_version).select_related("by", "reason")
        )


class Claimed(Refused):
    """A colleague is working on the article: `holder`, `until` then at the latest."""

    status = 409

    def __init__(self, holder: User, until: datetime):
        self.holder, self.until = holder, until
        name = holder.get_full_name() or holder.get_username()
        super().__init__(f"{name} is working on it, until {localtime(until):%H:%M} at the latest.")


class NotUndone(Refused):
    """An undo that is refused because of a later event of the log, by a colleague, an import, or the person.

    The message names the article; `why` says the same below its title.
    """

    def __init__(self, undone: Event, cause: Event, why: str, rest: str = ""):
        self.undone, self.cause, self.why = undone, cause, why
        super().__init__(f"“{undone.title}” was {why}{rest}.")


class Overtaken(NotUndone):
    """What is to be undone was followed by another decision, or a document: `cause` is the last of them."""

    def __init__(self, undone: Event, cause: Event, past: str, asks: User):
        what = f"{past}, {clock(cause.at)}" if cause.by_id else clock(cause.at)
        super().__init__(undone, cause, f"changed since by {_author(cause, asks)} ({what})", ": not undone")


class UndoneAlready(NotUndone):
    """The event was undone before: `cause` has undone it."""

    def __init__(self, undone: Event, cause: Event, asks: User):
        super().__init__(undone, cause, f"undone already, by {_author(cause, asks)} ({clock(cause.at)})")


def clock(moment: datetime) -> str:
    """Returns the time of a moment of today, and day and time of an earlier one."""
    local = localtime(moment)
    return f"{local:%H:%M}" if local.date() == localdate() else f"{local.day} {local:%B %Y, %H:%M}"


def _author(event: Event, asks: User) -> str:
    if event.by_id == asks.pk:
        return "you"
    if event.by is None and event.rule:
        return f"the rule “{event.rule.name}”"
    return event.by.get_username() if event.by else f"import {event.run_id}"
