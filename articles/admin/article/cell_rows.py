"""Rows of the list whose cells a person changed. Each is saved by itself; the page asks about those that were refused.

A row is sent as `row-<pk>-version`, and `row-<pk>-<cell>` beside `row-<pk>-seen_<cell>`. A cell was changed if it
differs from what the person saw, whatever the current value is.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import uuid4

from django.forms import BoundField

from articles import moderation
from articles.admin.article.columns import initial_row
from articles.forms.decisions import EditedRowForm, WhyForm
from articles.forms.errors import errors_of
from articles.models import Article, Channel, Event, Reason
from articles.moderation import Context
from articles.moderation.refusals import Impossible, NotAllowed, Refused, Stale, VersionMissing

_ROW = re.compile(r"row-(\d{1,18})-")


def pks_in(data) -> list[int]:
    """Returns the keys of the articles on a page that was sent, in its order."""
    return list(dict.fromkeys(int(match[1]) for key in data if (match := _ROW.match(key))))


@dataclass(frozen=True)
class ChangedCell:
    label: str
    seen_value: str
    current_value: str
    field: BoundField


class CellRow:
    """The cells of one article: what the person saw and wants, and why it was not carried out."""

    def __init__(self, edit: "CellEdit", pk: int, article: Article | None, data):
        self.edit, self.pk, self.article = edit, pk, article
        self.form = EditedRowForm(data, prefix=f"row-{pk}")
        self.own_why = WhyForm(data, prefix=f"row-{pk}", reasons=edit.reasons, nothing="As above")
        self.refusal: Refused | None = None
        self.form.is_valid()

    @cached_property
    def changed(self) -> list[str]:
        return self.form.changed_cells

    @property
    def needs_reason(self) -> bool:
        return "published" in self.changed and not self.form["published"].data

    @property
    def is_stale(self) -> bool:
        return isinstance(self.refusal, Stale)

    def require_current(self) -> Article:
        """Returns the article, or raises Refused if its version is not the one that the person saw."""
        version = self.form.cleaned_data.get("version")
        if version is None:
            raise VersionMissing()
        if self.article is None or self.article.version != version:
            raise Stale(self.article, version)
        if not self.form.is_valid():
            raise Impossible("Please correct what was typed.", errors_of(self.form))
        return self.article

    def carry_out(self, at: Context) -> None:
        article = self.require_current()
        why = self.own_why.why() or self.edit.why.why()
        if self.needs_reason and why is None:
            raise Impossible("Say why: readers and colleagues will ask.", {"reason": ["Choose a reason."]})
        wanted = {name: self.form.cleaned_data[name] for name in self.changed}
        version = self.form.cleaned_data["version"]
        moderation.apply(article, by=self.edit.by, version=version, at=at, why=why, **wanted)

    # On the page

    @cached_property
    def next_form(self) -> EditedRowForm:
        """The row again, with what was typed; on the current version, where the page shows that one."""
        values = {name: self.form[name].data for name in self.form.fields}
        if isinstance(self.refusal, Stale | VersionMissing) and self.article:
            values = {**initial_row(self.article), **{name: values[name] for name in self.changed}}
        return EditedRowForm(prefix=f"row-{self.pk}", initial={**values, "do": not self.is_as_wanted})

    @cached_property
    def cells(self) -> list[ChangedCell]:
        form, next_form = self.form, self.next_form
        return [
            ChangedCell(
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
        """Whether somebody else has done the same meanwhile."""
        if self.article is None or not self.is_stale:
            return False
        return all(str(self.form[name].data) == str(getattr(self.article, name)) for name in self.changed)

    @property
    def only_lacks_reason(self) -> bool:
        return isinstance(self.refusal, Impossible) and set(self.refusal.errors) == {"reason"}

    @property
    def can_be_done(self) -> bool:
        final = isinstance(self.refusal, Impossible) and not self.refusal.errors
        return self.article is not None and not final

    @cached_property
    def since(self) -> list[Event]:
        return self.refusal.since if isinstance(self.refusal, Stale) else []


def _shown(name: str, value) -> str:
    if name == "published" and value is not None:
        return "yes" if str(value) == "True" else "no"
    return "—" if value in (None, "") else str(value)


def _flag(field) -> str:
    # A box that is not ticked is not sent.
    return field.as_hidden() if field.value() else ""


class CellEdit:
    """The changed rows of a list. After `carry_out`, `rows` has those that were refused."""

    def __init__(self, *, by, data, pks: Iterable[int], answered: bool = False):
        self.by, self.answered = by, answered
        self.reasons = list(Reason.objects.offered())
        self.why = WhyForm(data if answered else None, prefix="all", reasons=self.reasons)
        pks = list(pks)
        articles = Article.objects.for_cards().in_bulk(pks)
        self.rows = [row for pk in pks if (row := CellRow(self, pk, articles.get(pk), data)).changed]
        self.done = 0

    def carry_out(self) -> None:
        """Carries out what can be, each row on its own; the others keep their refusal."""
        at = Context(Channel.ADMIN, uuid4())
        for row in self.rows:
            try:
                row.carry_out(at)
                self.done += 1
            except NotAllowed:
                raise
            except Refused as refusal:
                row.refusal = refusal
                # The article in memory has values that were rolled back.
                row.article = Article.objects.for_cards().filter(pk=row.pk).first()
        self.rows = [row for row in self.rows if row.refusal]

    @property
    def needs_reason(self) -> bool:
        return any(row.needs_reason for row in self.rows)

    @property
    def can_be_done(self) -> bool:
        return any(row.can_be_done for row in self.rows)

    @property
    def status(self) -> int:
        refusals = [row.refusal for row in self.rows if row.refusal]
        return max((refusal.status for refusal in refusals if isinstance(refusal, Stale)), default=0) or max(
            (refusal.status for refusal in refusals), default=200
        )
