"""A list of the article page, related links or images, as rows that a person edits.

A row is sent as `<prefix>-<n>-<field>`. Moving, adding and searching without script shows the rows again, unsaved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Self

from django import forms
from django.http import QueryDict

from articles.desk.article.fields import Problem
from articles.forms.fields import as_typed
from articles.forms.filters import is_key
from articles.history.since import ChangesSince
from articles.models import Article
from articles.moderation.refusals import Refused

_MOVE = re.compile(r"([0-9]{1,4})-(up|down)")


class ListRowForm(forms.Form):
    """One row. Its number counts from 1."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    position = forms.IntegerField(
        required=False, min_value=1, max_value=9999, widget=forms.NumberInput(attrs={"class": "order"})
    )
    number = 0
    place: int | str = ""

    @property
    def pk_sent(self) -> int | None:
        text = str(self["pk"].value() or "")
        return int(text) if is_key(text) else None

    def text(self, name: str) -> str:
        return as_typed(str(self[name].value() or ""))

    @property
    def values(self) -> dict[str, Any]:
        """The values of the row, to show it again, without its file and its position."""
        return {name: self[name].value() for name in self.fields if name not in ("file", "position")}


class Rows[Row: ListRowForm]:
    """The rows of a list: as the person saw them, or as they were sent."""

    name, prefix = "", ""
    names: tuple[str, ...] = ()
    form_class: type[Row]
    error = ""

    # Of rows that are shown moved and not saved: the new place of the one that was moved, and the direction.
    is_unsaved = False
    moved: int | None = None
    direction = ""

    def __init__(self, changes: ChangesSince, data: QueryDict | None = None, files=None, *, rows=None):
        self.changes, self.article = changes, changes.article
        self.data, self.files = QueryDict() if data is None else data, files or {}
        self.rows: list[Row]
        if data is not None:
            self.rows = self._sent()
        else:
            rows = self._existing() if rows is None else rows
            self.rows = [self._row(n, initial=initial) for n, initial in enumerate(rows, start=1)]
        self._look_up(self.rows)

    # What each kind of list defines

    def _existing(self) -> Iterable[dict[str, Any]]:
        """The initial values of the rows in the database."""
        raise NotImplementedError

    def _is_filled(self, row: Row) -> bool:
        raise NotImplementedError

    def _look_up(self, rows: list[Row]) -> None:
        """Gives each row its place, and the link or image that it is about."""
        raise NotImplementedError

    def still_exists(self, row: Row) -> bool:
        """Whether the link or image of the row is in the database."""
        raise NotImplementedError

    def differs(self, name: str, value: Any) -> bool:
        raise NotImplementedError

    # Reading what was sent

    def _row(self, number: Any, data=None, files=None, initial=None) -> Row:
        form = self.form_class(data, files, prefix=f"{self.prefix}-{number}", initial=initial)
        form.number = number
        return form

    def _sent(self) -> list[Row]:
        keys = re.compile(rf"{self.prefix}-([0-9]{{1,4}})-")
        numbers = sorted({int(found[1]) for key in (*self.data, *self.files) if (found := keys.match(key))})
        rows = [self._row(number, self.data, self.files) for number in numbers]
        # The row for a new one may be left empty.
        rows = [row for row in rows if self._is_filled(row)]
        return [row for _, row in sorted(enumerate(rows, start=1), key=lambda pair: self._place(*pair))]

    @staticmethod
    def _place(index: int, row: ListRowForm) -> tuple[float, int, int]:
        """Sorts rows: one that moves up to a number stands before the row that has it, one that moves down behind."""
        text = str(row["position"].data or "")
        new = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else index
        return (new, (new > row.number) - (new < row.number), index)

    # The methods of `sections.SectionForm`

    @property
    def kept(self) -> list[Row]:
        return [row for row in self.rows if not row["remove"].value()]

    def is_valid(self) -> bool:
        # Every row is checked, so that each shows its errors.
        return not [row for row in self.kept if not row.is_valid()]

    @property
    def changed_data(self) -> list[str]:
        is_sent = f"{self.prefix}-sent" in self.data
        return [self.name] if is_sent and self.differs(self.name, self.changes.seen_value(self.name)) else []

    def refuse(self, refusal: Refused) -> None:
        self.error = str(refusal)

    @property
    def problems(self) -> list[Problem]:
        """The errors, each with the address of its field on the page."""
        found = [Problem(self.prefix, "", self.error)] if self.error else []
        for row in self.kept:
            for name, messages in row.errors.items():
                anchor, of = (row[name].id_for_label, row[name].label) if name in row.fields else (self.prefix, "row")
                found += [Problem(anchor, f"{of} {row.place}", str(message)) for message in messages]
        return found

    def again(self, article: Article, names: Iterable[str] = ()) -> Self:
        """Returns the typed rows on the current article. A row whose link or image is gone becomes a new one."""
        again = type(self)(ChangesSince(article), rows=[row.values for row in self.rows])
        for row in again.rows:
            if not again.still_exists(row):
                row.initial["pk"] = None
        return again

    # What the page shows

    @property
    def blank(self) -> Row:
        """The row for a new one."""
        return self._row(max((row.number for row in self.rows), default=0) + 1)

    @property
    def pattern(self) -> Row:
        """The row that the script copies."""
        return self._row("n")

    def unsaved(self, do: str, more: Iterable[dict[str, Any]] = ()) -> Self:
        """Returns the rows as they were sent, and `more`, after a button: `3-up` moves a row. Saves nothing."""
        moved = self._move(do)
        again = type(self)(self.changes, rows=[*(row.values for row in self.rows), *more])
        again.is_unsaved, again.moved, again.direction = True, moved, do.rpartition("-")[2]
        return again

    def _move(self, order: str) -> int | None:
        """Moves a row by one place. Returns its new place; None if it cannot move."""
        found = _MOVE.fullmatch(order)
        index = next((i for i, row in enumerate(self.rows) if found and row.number == int(found[1])), None)
        if found is None or index is None:
            return None
        other = min(max(index + (-1 if found[2] == "up" else 1), 0), len(self.rows) - 1)
        self.rows.insert(other, self.rows.pop(index))
        return other + 1
