"""Which articles a bulk decision is about: those that were ticked, or all that match the filter of a list."""

import re
from collections.abc import Iterable

from django.http import QueryDict

from articles.desk.queue.filters import QueueFilter
from articles.forms.filters import ArticleListFilter
from articles.models import Article
from articles.moderation.bulk import MOST_AT_ONCE

Picks = dict[int, int]  # key of an article: the version that the person saw
# The lists from which a selection may come, by the name that their forms send.
LISTS = {"queue": QueueFilter, "articles": ArticleListFilter}
_PICK = re.compile(r"(\d{1,18}):(\d{1,9})")


class NotTaken(Exception):
    """The selection is none that can be decided on; the message says why."""


def selection_in(data: QueryDict, request) -> Picks:
    """Return what a form, or an address, selects."""
    return _all_that_match(data, request) if data.get("all") else picks_in(data.getlist("selected"))


def picks_in(texts: list[str]) -> Picks:
    """Read `key:version`, each in a field of its own as from the queue, or all in one field."""
    found = [_PICK.fullmatch(pick) for text in texts for pick in text.split()]
    if not all(found):
        raise NotTaken("The form does not say which versions of the articles you saw: go back and reload the page.")
    if not found:
        raise NotTaken("No article was selected.")
    return _not_too_many({int(match[1]): int(match[2]) for match in found})


def as_text(picks: Picks, pks: Iterable[int]) -> str:
    """Write some of the picks as `picks_in` reads them."""
    return " ".join(f"{pk}:{picks[pk]}" for pk in pks)


def _all_that_match(data: QueryDict, request) -> Picks:
    filter_of_list = LISTS.get(data.get("list", "queue"))
    if filter_of_list is None:
        raise NotTaken("There is no such list.")
    chosen = filter_of_list(QueryDict(data.get("filter", "")), Article.objects.all(), request=request)
    if not chosen.form.is_valid():
        problems = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in chosen.form.errors.items())
        raise NotTaken(f"A choice of the filter is not possible, so nothing matches it. {problems}")
    picks = dict(chosen.qs.values_list("pk", "version")[: MOST_AT_ONCE + 1])
    if not picks:
        raise NotTaken("No article matches the filter any more.")
    return _not_too_many(picks)


def _not_too_many(picks: Picks) -> Picks:
    if len(picks) > MOST_AT_ONCE:
        raise NotTaken(f"These are more than {MOST_AT_ONCE:,} articles. Narrow the list, and decide part by part.")
    return picks
