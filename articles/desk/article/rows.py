"""The ordered lists of the desk's page of one article, related links and pictures, as rows that a person edits.

A row is sent as `<prefix>-<n>-<field>`. Moving, adding and searching without script shows the rows again, unsaved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from articles.history.since import ChangesSince
from articles.moderation.refusals import Refused

_MOVE = re.compile(r"([0-9]{1,4})-(up|down)")


class RowForm(forms.Form):
    """One row; people count from 1."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    position = forms.IntegerField(
        required=False, min_value=1, max_value=9999, widget=forms.NumberInput(attrs={"class": "order"})
    )
    row: Any = None
    number = 0

    @property
    def pk_sent(self) -> int | None:
        text = str(self["pk"].value() or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    def text(self, name: str) -> str:
        return str(self[name].value() or "").replace("\r\n", "\n").strip()


class Rows:
    """The rows of a list: as the person saw them, or as they were sent."""

    name, prefix = "", ""
    is_unsaved = False
    form_class: type[RowForm] = RowForm

    def __init__(self, changes: ChangesSince, data: QueryDict | None = None, files=None, *, rows=None):
        self.changes, self.article = changes, changes.article
        self.data, self.files = data, files
        self.error = ""
        self.version = changes.article.version if data is None else data.get("version", "")
        if data is not None:
            self.rows = self._sent()
        else:
            rows = self._there() if rows is None else rows
            self.rows = [self._row(n, initial=initial) for n, initial in enumerate(rows, start=1)]
        self._look_up(self.rows)

    def _row(self, number: int, data=None, files=None, initial=None) -> RowForm:
        form = self.form_class(data, files, prefix=f"{self.prefix}-{number}", initial=initial)
        form.number = number
        return form

    def _sent(self) -> list[RowForm]:
        keys = re.compile(rf"{self.prefix}-([0-9]{{1,4}})-")
        numbers = sorted({int(found[1]) for key in (*self.data, *self.files) if (found := keys.match(key))})
        rows = [self._row(number, self.data, self.files) for number in numbers]
        # A row for a new one that was left empty is no row.
        rows = [row for row in rows if self._is_filled(row)]
        return [row for _, row in sorted(enumerate(rows, start=1), key=lambda pair: self._place(*pair))]

    @staticmethod
    def _place(was: int, row: RowForm) -> tuple[float, int, int]:
        """What comes up to a number stands before the row that has it; what comes down to it, behind."""
        text = str(row["position"].data or "")
        new = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else was
        return (new, (new > row.number) - (new < row.number), was)

    def move(self, order: str) -> int | None:
        """`3-up` or `3-down`: the row in that place goes one further. Its new place; None for what cannot be."""
        found = _MOVE.fullmatch(order)
        index = next((i for i, row in enumerate(self.rows) if found and row.number == int(found[1])), None)
        if index is None:
            return None
        other = min(max(index + (-1 if found[2] == "up" else 1), 0), len(self.rows) - 1)
        self.rows.insert(other, self.rows.pop(index))
        return other + 1

    def _there(self) -> Iterable[dict[str, Any]]:
        raise NotImplementedError

    def _is_filled(self, row: RowForm) -> bool:
        raise NotImplementedError

    def _look_up(self, rows: list[RowForm]) -> None:
        raise NotImplementedError

    # What saving asks of a form of this page

    @property
    def is_sent(self) -> bool:
        return f"{self.prefix}-sent" in self.data

    @property
    def kept(self) -> list[RowForm]:
        return [row for row in self.rows if not row["remove"].value()]

    # Whether someone else has changed what stands beside the list.
    is_overtaken = False

    def is_valid(self) -> bool:
        # Each is asked, so that each shows what is wrong with it.
        return not [row for row in self.kept if not row.is_valid()]

    @property
    def changed_data(self) -> list[str]:
        return [self.name] if self.is_sent and self.differs(self.name, self.changes.seen_value(self.name)) else []

    def refuse(self, refusal: Refused) -> None:
        self.error = str(refusal)

    def again(self, changes: ChangesSince, names: Iterable[str] = ()) -> Rows:
        """The rows that were typed, on the version that is there now; what they were about may be gone."""
        again = type(self)(ChangesSince(changes.article), rows=[_values(row) for row in self.rows])
        for row in again.rows:
            if not again.is_there(row):
                row.initial["pk"] = None
        return again

    def is_there(self, row: RowForm) -> bool:
        """Whether what the row is about still is."""
        raise NotImplementedError

    @property
    def blank(self) -> RowForm:
        """The row for a new one."""
        return self._row(max((row.number for row in self.rows), default=0) + 1)

    @property
    def pattern(self) -> RowForm:
        """The row that the script copies."""
        return self._row("n")

    def shown_again(self, more: Iterable[dict[str, Any]] = ()) -> Rows:
        """The rows in the order that they have now, unsaved, with some more."""
        again = type(self)(self.changes, rows=[*(_values(row) for row in self.rows), *more])
        again.is_unsaved = True
        again.version = self.data.get("version", "")
        return again


def _values(row: RowForm) -> dict[str, Any]:
    return {name: row[name].value() for name in row.fields if name not in ("file", "position")}


# Related links


# Pictures
