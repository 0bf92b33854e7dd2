"""Fills the form of one article again, for the page that shows a conflict.

A field that the person did not touch takes the current value; one that they touched keeps what they typed.
"""

from django.forms import BaseInlineFormSet
from django.http import QueryDict

from articles.admin.article.forms import ArticleForm
from articles.admin.article.sent_form import SentArticleForm
from articles.admin.article.sent_rows import LIST_PREFIXES
from articles.admin.mixins.refill import keep_rows, put, take_rows
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
            keep_rows(refilled, LIST_PREFIXES[name], formsets[LIST_PREFIXES[name]])
    return conflict_of(changes, comparison.clashes, version, taken=list(map(label, comparison.theirs))), refilled


# Changing the data that was sent


def _take(data: QueryDict, name: str, current: ArticleForm, formsets: Formsets) -> None:
    """Puts the current value into the data."""
    if name in LIST_PREFIXES and LIST_PREFIXES[name] in formsets:
        take_rows(data, LIST_PREFIXES[name], formsets[LIST_PREFIXES[name]])
    elif name in current.fields:
        put(data, current[name])
