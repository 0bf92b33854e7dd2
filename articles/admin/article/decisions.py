"""Decisions on one or many articles: carried out row by row through moderation; the rest is asked about on a page.

A row travels as `row-<pk>-version` and, where it was edited in the list, `row-<pk>-<cell>` beside
`row-<pk>-seen_<cell>`. Only a cell that differs from what the person saw counts, whatever the database says by now.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import uuid4

from articles import moderation
from articles.admin.article.columns import seen
from articles.forms.decisions import EditedRowForm, RowForm, ScoresForm, WhyForm
from articles.models import Article, Channel, Event, Reason
from articles.moderation import Context
from articles.moderation.refusals import Impossible, NotAllowed, Refused, Stale, VersionMissing

_ROW = re.compile(r"row-(\d{1,18})-")


@dataclass(frozen=True)
class Verb:
    name: str
    title: str
    done: str
    asks_why: bool = False
    asks_scores: bool = False
    asks: bool = False
    needs: str = moderation.DECIDE


VERBS = {
    verb.name: verb
    for verb in (
        Verb("change", "Save", "saved"),
        Verb("publish", "Publish", "published"),
        Verb("reject", "Reject", "rejected", asks_why=True, asks=True),
        Verb("withdraw", "Withdraw", "withdrawn", asks_why=True, asks=True),
        Verb("reopen", "Reopen", "reopened"),
        Verb("score", "Set quality and heat", "scored", asks_scores=True, asks=True),
        Verb("delete", "Delete", "deleted", asks=True, needs=moderation.DELETE),
    )
}


def pks_in(data) -> list[int]:
    """The articles that a posted page speaks of, in its order."""
    return list(dict.fromkeys(int(match[1]) for key in data if (match := _ROW.match(key))))


@dataclass(frozen=True)
class Cell:
    label: str
    seen: object
    now: object
    field: object


class Row:
    """One article of a decision: what the person saw and wants, and why it was not carried out."""

    def __init__(self, decision: "Decision", pk: int, article: Article | None, data):
        self.decision, self.pk, self.article = decision, pk, article
        self.edited = decision.verb.name == "change"
        self.form = (EditedRowForm if self.edited else RowForm)(data, prefix=f"row-{pk}")
        self.own_why = WhyForm(data, prefix=f"row-{pk}", reasons=decision.reasons, nothing="As above")
        self.refusal: Refused | None = None
        self.form.is_valid()

    @cached_property
    def changed(self) -> list[str]:
        return self.form.changed_cells if self.edited else []

    @property
    def asks_for_nothing(self) -> bool:
        return self.edited and not self.changed

    @property
    def withdraws(self) -> bool:
        return "published" in self.changed and not self.form["published"].data

    @property
    def needs_reason(self) -> bool:
        return self.decision.verb.asks_why or self.withdraws

    @property
    def is_stale(self) -> bool:
        return isinstance(self.refusal, Stale)

    def check(self) -> None:
        """Refuse what was decided on a version that is gone, before anything is asked about it."""
        version = self.form.cleaned_data.get("version")
        if version is None:
            raise VersionMissing()
        if self.article is None or self.article.version != version:
            raise Stale(self.article, version)
        if not self.form.is_valid():
            raise Impossible("Please correct what was typed.", self.form.errors)

    def carry_out(self, at: Context) -> None:
        seen = {"by": self.decision.by, "version": self.form.cleaned_data["version"], "at": at}
        why = self.own_why.why() or self.decision.why.why()
        if self.needs_reason and why is None:
            raise Impossible("Say why: readers and colleagues will ask.", {"reason": ["Choose a reason."]})
        match self.decision.verb.name:
            case "change":
                wanted = {name: self.form.cleaned_data[name] for name in self.changed}
                moderation.apply(self.article, why=why, **wanted, **seen)
            case "reject" | "withdraw" as verb:
                getattr(moderation, verb)(self.article, why=why, **seen)
            case "score":
                moderation.score(self.article, **self.decision.scores.scores, **seen)
            case verb:
                getattr(moderation, verb)(self.article, **seen)

    # On the page

    @cached_property
    def next_form(self) -> RowForm:
        """The row again, with what was typed. Where the page shows what is there now, the next try is on that."""
        values = {name: self.form[name].data for name in self.form.fields}
        if isinstance(self.refusal, Stale | VersionMissing) and self.article:
            values = {**seen(self.article), **{name: values[name] for name in self.changed}}
        return type(self.form)(prefix=f"row-{self.pk}", initial={**values, "do": not self.is_as_wanted})

    @cached_property
    def cells(self) -> list[Cell]:
        form, next_form = self.form, self.next_form
        return [
            Cell(
                name.capitalize(),
                _shown(name, form[f"seen_{name}"].data),
                _shown(name, getattr(self.article, name, None)),
                next_form[name],
            )
            for name in self.changed
        ]

    @property
    def hidden(self) -> Iterable[str]:
        form = self.next_form
        names = [name for name in form.fields if name != "do" and name not in self.changed]
        return [form[name].as_hidden() if name != "published" else _flag(form[name]) for name in names]

    @property
    def errors(self) -> list[str]:
        return [f"{name}: {text}" for name, texts in self.form.errors.items() for text in texts if name in self.changed]

    @property
    def is_as_wanted(self) -> bool:
        """Somebody else has done the same meanwhile."""
        if self.article is None or not self.is_stale:
            return False
        if self.edited:
            return all(str(self.form[name].data) == str(getattr(self.article, name)) for name in self.changed)
        return self.decision.verb.done == self.article.state

    @property
    def only_lacks_reason(self) -> bool:
        return isinstance(self.refusal, Impossible) and set(self.refusal.errors) == {"reason"}

    @property
    def can_be_done(self) -> bool:
        final = isinstance(self.refusal, Impossible) and not self.refusal.errors
        return self.article is not None and not final

    @cached_property
    def since(self) -> list[Event]:
        return self.refusal.since if self.is_stale else []


def _shown(name: str, value) -> str:
    if name == "published" and value is not None:
        return "yes" if str(value) == "True" else "no"
    return "—" if value in (None, "") else str(value)


def _flag(field) -> str:
    # An unticked box is a box that is not sent.
    return field.as_hidden() if field.value() else ""


class Decision:
    """One verb over some articles. `carry_out`, then show `left`: the rows that it could not be carried out on."""

    def __init__(self, verb: Verb, *, by, data, pks: Iterable[int], answered: bool = False):
        self.verb, self.by, self.answered = verb, by, answered
        self.reasons = list(Reason.objects.filter(active=True))
        self.why = WhyForm(data if answered else None, prefix="all", reasons=self.reasons)
        self.scores = ScoresForm(data if answered else None, prefix="all") if verb.asks_scores else None
        pks = list(pks)
        articles = Article.objects.for_cards().in_bulk(pks)
        rows = [Row(self, pk, articles.get(pk), data) for pk in pks]
        self.rows = [row for row in rows if not row.asks_for_nothing]
        self.done = 0

    def check(self) -> None:
        for row in self.rows:
            try:
                row.check()
            except Refused as refusal:
                row.refusal = refusal

    def carry_out(self, channel: Channel) -> None:
        """Carry out what can be, each row on its own; the others keep their refusal."""
        at = Context(channel, uuid4())
        self.check()
        for row in self.rows:
            if row.refusal:
                continue
            try:
                row.carry_out(at)
                self.done += 1
            except NotAllowed:
                raise
            except Refused as refusal:
                row.refusal = refusal
                # The verbs have left in it what was rolled back.
                row.article = Article.objects.for_cards().filter(pk=row.pk).first()
        self.rows = [row for row in self.rows if row.refusal]

    @property
    def needs_reason(self) -> bool:
        return self.verb.asks_why or any(row.needs_reason for row in self.rows)

    @property
    def can_be_done(self) -> bool:
        return any(row.can_be_done for row in self.rows)

    @property
    def status(self) -> int:
        refusals = [row.refusal for row in self.rows if row.refusal]
        return max((refusal.status for refusal in refusals if isinstance(refusal, Stale)), default=0) or max(
            (refusal.status for refusal in refusals), default=200
        )
