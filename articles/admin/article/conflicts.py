"""Fills the form of one article again, for the page that shows a conflict.

A field that the person did not touch takes the current value; one that they touched keeps what they typed.
"""

from django import forms
from django.forms import BaseInlineFormSet
from django.http import QueryDict

from articles.admin.article.forms import ArticleForm
from articles.admin.article.sent_form import SentArticleForm
from articles.admin.article.sent_rows import LIST_PREFIXES, SentRow, rows_in
from articles.forms.conflict import Conflict, chosen_theirs, compare, conflict_of
from articles.history.labels import label
from articles.history.since import changes_since
from articles.models import Article

Formsets = dict[str, BaseInlineFormSet]


def with_theirs(data: QueryDict, current: ArticleForm, formsets: Formsets) -> QueryDict:
    """Returns what was sent, with the current value wherever the person chose it on the page of the conflict."""
    refilled = data.copy()
    for name in chosen_theirs(data):
        _take(refilled, name, current, formsets)
    return refilled


def conflict_and_data(
    article: Article,
    data: QueryDict,
    version: int | None,
    current: ArticleForm,
    typed: ArticleForm,
    formsets: Formsets,
) -> tuple[Conflict, QueryDict]:
    """Returns the conflict, and the sent data on the current version, with what others changed beside it."""
    changes = changes_since(article, version)
    names = [*current.fields_of_the_article, *(name for name in LIST_PREFIXES if LIST_PREFIXES[name] in formsets)]
    comparison = compare(changes, SentArticleForm(typed, data), names)
    clashing = {clash.name for clash in comparison.clashes}
    refilled = data.copy()
    refilled["version"] = str(article.version)
    for name in filter(changes.may_have_changed, names):
        if name not in clashing:
            _take(refilled, name, current, formsets)
        elif name in LIST_PREFIXES:
            _keep_rows(refilled, LIST_PREFIXES[name], formsets[LIST_PREFIXES[name]])
    return conflict_of(changes, comparison.clashes, version, taken=list(map(label, comparison.theirs))), refilled


# Changing the data that was sent


def _take(data: QueryDict, name: str, current: ArticleForm, formsets: Formsets) -> None:
    """Puts the current value into the data."""
    if name in LIST_PREFIXES and LIST_PREFIXES[name] in formsets:
        _take_rows(data, LIST_PREFIXES[name], formsets[LIST_PREFIXES[name]])
    elif name in current.fields:
        _put(data, current[name])


def _put(data: QueryDict, bound: forms.BoundField) -> None:
    widget, value = bound.field.widget, bound.value()
    if isinstance(widget, forms.MultiWidget):
        for n, part in enumerate(widget.decompress(value) or ()):
            data[f"{bound.html_name}_{n}"] = "" if part is None else str(part)
    elif isinstance(widget, forms.CheckboxInput):
        data.pop(bound.html_name, None)
        if value:
            data[bound.html_name] = "on"
    else:
        data[bound.html_name] = "" if value is None else str(value)


def _take_rows(data: QueryDict, prefix: str, formset: BaseInlineFormSet) -> None:
    """Puts the current rows into the data."""
    rows = formset.initial_forms
    _clear(data, prefix, initial=len(rows), total=len(rows))
    for form in rows:
        for bound in form:
            _put(data, bound)


def _keep_rows(data: QueryDict, prefix: str, formset: BaseInlineFormSet) -> None:
    """Keeps the rows that were sent; those that no longer exist in the database become new ones."""
    existing = {str(form.instance.pk) for form in formset.initial_forms}
    rows = rows_in(data, prefix)
    old = [row for row in rows if row.get("id") in existing]
    new: list[SentRow] = [{**row, "id": ""} for row in rows if row.get("id") not in existing and not row.get("DELETE")]
    _clear(data, prefix, initial=len(old), total=len(old) + len(new))
    for n, row in enumerate(old + new):
        data.update({f"{prefix}-{n}-{name}": value for name, value in row.items()})


def _clear(data: QueryDict, prefix: str, *, initial: int, total: int) -> None:
    """Takes all rows out of the data, and sets their number for those that are put in next."""
    for key in [key for key in data if key.startswith(f"{prefix}-")]:
        del data[key]
    data.update({f"{prefix}-INITIAL_FORMS": str(initial), f"{prefix}-TOTAL_FORMS": str(total)})
    data.update({f"{prefix}-MIN_NUM_FORMS": "0", f"{prefix}-MAX_NUM_FORMS": "1000"})
