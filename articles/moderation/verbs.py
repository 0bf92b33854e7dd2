"""The verbs: one class for each thing that a person does to an article.

Desk, bulk decisions, admin, keys, log and undo ask the classes; there is no other list of them. Here are the base and
the decisions; `content_verbs`, `colleague_verbs` and `undo` have the others. No verb writes: `writer` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.text import capfirst

from articles import models, texts
from articles.models import Article, State
from articles.moderation.access import DECIDE, permit, require_free
from articles.moderation.decision import Why
from articles.moderation.refusals import Impossible, Refused

# New values by the name of the field. `reviewed`: True puts the person's name and the time on the article, False takes
# them away.
Changes = Mapping[str, Any]
# Every verb by its name, in the order in which they are offered.
VERBS: dict[str, type[Verb]] = {}


@dataclass(frozen=True, kw_only=True)
class Verb:
    """Base of the verbs. What a verb still has to be told (a score, a reason, dates) are the fields of its instance."""

    # One moment for the whole decision, on however many articles.
    now: datetime = field(default_factory=timezone.now, compare=False)

    name = ""  # in addresses and forms
    logged_as = ""  # the verb of its events, if not `name`
    label = ""  # on buttons; usually that of `logged_as` in models.Verb
    past = ""  # completes “The article was …”
    key = ""  # of the keyboard in the queue; a verb with a key has a button there and on the article's page
    item_key = ""  # the same for a verb whose button stands in the open article, beside what it is about
    help = ""  # beside the key, if its label does not say what it does
    permission = DECIDE
    asks_reason = False
    settles = False  # the article is decided: the person's own claim ends, and the queue goes on to the next article
    settles_conflicts = False  # with the document: the queue goes on if nothing else keeps the article there
    in_bulk = False  # can be carried out on a selection
    reads_topics = False  # of all articles at once, before `changes` is asked
    deletes = False  # the writer removes the row
    can_be_undone = True
    never_undone = ""  # why not

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" in vars(cls):
            cls.logged_as = vars(cls).get("logged_as", cls.name)
            cls.label = vars(cls).get("label") or capfirst(models.Verb(cls.logged_as).label)
            VERBS[cls.name] = cls

    @property
    def why(self) -> Why | None:
        return None

    def undoes(self, row: Article) -> int | None:
        """Returns the key of the event of this article that the verb undoes."""
        return None

    def check(self) -> None:
        """Raises Impossible if the options of the verb cannot be carried out on any article."""

    def changes(self, row: Article) -> Changes:
        """Returns the new values of the article, or raise Impossible. The row is locked, and must not be written."""
        return {}

    def refusal(self, row: Article, by: User) -> str:
        """Returns why the person cannot do this to the article now; '' if they can. Writes nothing."""
        try:
            permit(by, self.permission)
            require_free(row, by)
            self.changes(row)
        except Refused as refusal:
            return str(refusal)
        return ""


class Publish(Verb):
    """Let readers see the article, and put a name under that, also of one that is live. Settles a flag."""

    name, past, key = "publish", "published", "p"
    settles = in_bulk = True

    def changes(self, row: Article) -> Changes:
        # Who publishes it again has seen what its source says by now.
        if row.state == "published" and not row.waits_for_the_source and not row.ruled_by_id:
            raise Impossible(f"“{row}” is published already.")
        first = first_time(row, self.now, row.publish_at, row.expires_at)
        require_time_to_be_seen(row, self.now, row.publish_at, row.expires_at)
        new: dict[str, Any] = {"published": True, "first_published_at": first, "flag": "", "reviewed": True}
        if row.cleared_as:
            new["cleared_as"] = ""
        return new | ({"duplicate_of": None} if row.cleared_as == "duplicate" else {})


@dataclass(frozen=True)
class WithReason(Verb):
    """Base of the verbs that keep an article from readers, and say why."""

    why: Why | None = None

    asks_reason = True

    def check(self) -> None:
        if self.why is None:
            raise Impossible("Say why: readers and colleagues will ask.", {"reason": ["Choose a reason."]})
        if problem := texts.problem_with(self.why.note):
            raise Impossible(f"The note {problem}.", {"note": [f"This {problem}."]})


class Reject(WithReason):
    """Decide that readers will not see a pending article. Settles a flag; its possible duplicate stays named."""

    name, past, key = "reject", "rejected", "r"
    settles = in_bulk = True

    def changes(self, row: Article) -> Changes:
        if row.state != "pending" and not (row.state == "rejected" and row.ruled_by_id):
            raise Impossible(f"“{row}” is {State(row.state).label}: only a pending article can be rejected.")
        return {"flag": "", "reviewed": True}


class Withdraw(WithReason):
    """Take a published article away from readers; its page then answers 410 with the reason. Settles a flag."""

    name, past, key = "withdraw", "withdrawn", "w"
    settles = in_bulk = True

    def changes(self, row: Article) -> Changes:
        if not row.published:
            raise Impossible(f"“{row}” is not published.")
        first = since_when_seen(row, self.now)
        return {"published": False, "first_published_at": first, "flag": "", "reviewed": True}


class Reopen(Verb):
    """Take the review back: what readers see stays, and the article waits for a decision again."""

    name, past, key = "reopen", "reopened", "o"
    settles = in_bulk = True

    def changes(self, row: Article) -> Changes:
        if row.reviewed_at is None:
            raise Impossible(f"Nobody has decided on “{row}” yet.")
        return {"reviewed": False, "cleared_as": ""}


class Import(Verb):
    """What a document changed. No person does this: `articles.importing` writes the event."""

    name, past, can_be_undone = "import", "imported", False
    never_undone = "What an import changed is undone with its run."


class Disagree(Verb):
    """What a document changed as well as a person: the value stays. `articles.importing` writes the event."""

    name, past, can_be_undone = "conflict", "found to differ from its document", False
    never_undone = "Whoever decides on the field settles it."


def buttons() -> list[Verb]:
    """Returns the verbs that have a button of their own wherever one article is decided on."""
    return [verb() for verb in VERBS.values() if verb.key]


def offered(row: Article, by: User) -> list[Verb]:
    """Returns the verbs with a button that do not refuse."""
    return [verb for verb in buttons() if not verb.refusal(row, by)]


def since_when_seen(row: Article, now: datetime) -> datetime | None:
    """Returns when readers could first see the article; None if that moment has not come."""
    first = row.first_published_at
    return first if first and first <= now else None


def first_time(row: Article, now: datetime, publish_at: datetime | None, expires_at: datetime | None) -> datetime:
    """Returns when readers could first see the article, once it is published with these dates."""
    if first := since_when_seen(row, now):
        return first
    require_time_to_be_seen(row, now, publish_at, expires_at)
    return max(now, publish_at or now)


def require_time_to_be_seen(
    row: Article, now: datetime, publish_at: datetime | None, expires_at: datetime | None
) -> None:
    """Raises Impossible if these dates leave no time in which readers see the article."""
    if expires_at and expires_at <= max(now, publish_at or now):
        expires = "expired" if expires_at <= now else "expires"
        raise Impossible(
            f"“{row}” would be over before readers see it: it {expires} at {expires_at:%Y-%m-%d %H:%M} (UTC). "
            "Change that date first.",
            {"expires_at": [f"It {expires} before readers would see it."]},
        )
