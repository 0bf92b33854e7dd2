"""Puts current values, and rows of lists, into the data of a form that is shown again."""

from typing import cast

from django import forms
from django.forms import BaseInlineFormSet
from django.http import QueryDict

SentRow = dict[str, str]


def put(data: QueryDict, bound: forms.BoundField) -> None:
    """Puts the current value of a field into the data."""
    widget, value = bound.field.widget, bound.value()
    if isinstance(widget, forms.MultiWidget):
        for n, part in enumerate(widget.decompress(value) or ()):
            data[f"{bound.html_name}_{n}"] = "" if part is None else str(part)
    elif isinstance(widget, forms.CheckboxInput):
        data.pop(bound.html_name, None)
        if value:
            data[bound.html_name] = "on"
    else:
        # A list of words is shown with one in a line, as its field prepares it.
        data[bound.html_name] = "" if value is None else str(value)


def rows_in(data: QueryDict, prefix: str) -> list[SentRow]:
    """Returns the rows of a list as they were sent."""
    try:
        total = min(int(data.get(f"{prefix}-TOTAL_FORMS", 0)), 1000)
    except ValueError:
        return []
    starts = [f"{prefix}-{n}-" for n in range(total)]
    return [{k.removeprefix(s): str(v) for k, v in data.items() if k.startswith(s)} for s in starts]


def take_rows(data: QueryDict, prefix: str, formset: BaseInlineFormSet) -> None:
    """Puts the current rows into the data."""
    rows = formset.initial_forms
    _clear(data, prefix, initial=len(rows), total=len(rows))
    for form in rows:
        for bound in form:
            put(data, bound)


def keep_rows(data: QueryDict, prefix: str, formset: BaseInlineFormSet) -> None:
    """Keeps the rows that were sent; those that no longer exist in the database become new ones."""
    existing = {str(form.instance.pk) for form in formset.initial_forms}
    rows = rows_in(data, prefix)
    old = [row for row in rows if row.get("id") in existing]
    new = [
        cast("SentRow", {**row, "id": ""}) for row in rows if row.get("id") not in existing and not row.get("DELETE")
    ]
    _clear(data, prefix, initial=len(old), total=len(old) + len(new))
    for n, row in enumerate(old + new):
        data.update({f"{prefix}-{n}-{name}": value for name, value in row.items()})


def keep_all_rows(data: QueryDict, prefix: str, formset: BaseInlineFormSet, key: str) -> None:
    """Keeps the rows that were sent as the whole list: rows of the database that are not among them are deleted.

    `key` is the field by which a row is found again that a colleague has written anew.
    """
    existing = {str(form.instance.pk): form for form in formset.initial_forms}
    sent = rows_in(data, prefix)
    unsent = set(existing) - {row.get("id", "") for row in sent}
    by_key = {str(existing[pk][key].value()): pk for pk in unsent}
    for row in sent:
        if row.get("id") not in existing:
            row["id"] = by_key.pop(row.get(key, ""), "")
            unsent.discard(row["id"])
    gone: list[SentRow] = [_row_of(existing[pk]) | {"DELETE": "on"} for pk in sorted(unsent)]
    old = [row for row in sent if row["id"]] + gone
    new = [row for row in sent if not row["id"] and not row.get("DELETE")]
    _clear(data, prefix, initial=len(old), total=len(old) + len(new))
    for n, row in enumerate(old + new):
        data.update({f"{prefix}-{n}-{name}": value for name, value in row.items()})


def _row_of(form: forms.ModelForm) -> SentRow:
    values = {bound.name: bound.value() for bound in form}
    return {name: "" if value is None else str(value) for name, value in values.items()}


def _clear(data: QueryDict, prefix: str, *, initial: int, total: int) -> None:
    """Takes all rows out of the data, and sets their number for those that are put in next."""
    for key in [key for key in data if key.startswith(f"{prefix}-")]:
        del data[key]
    data.update({f"{prefix}-INITIAL_FORMS": str(initial), f"{prefix}-TOTAL_FORMS": str(total)})
    data.update({f"{prefix}-MIN_NUM_FORMS": "0", f"{prefix}-MAX_NUM_FORMS": "1000"})
