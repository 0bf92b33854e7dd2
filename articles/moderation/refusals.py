"""Why a decision was not carried out; `status` is the HTTP status that says the same."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.timezone import localtime

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


class Overtaken(Refused):
    """What is to be undone was followed by another decision, or a document: `since` is the last of them."""

    status = 409

    def __init__(self, current: Article, since: Event):
        self.current, self.since = current, since
        what = f"by {since.by} ({since.verb})" if since.by else f"by import {since.run_id}"
        super().__init__(f"“{current}” has been changed since, {what}: it stays as it is.")
