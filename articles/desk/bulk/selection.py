"""Which articles a bulk decision is about: those that were ticked, or all that match the filter of a list."""

from collections.abc import Iterable

from django.http import QueryDict

from articles.desk.queue.filters import QueueFilter
from articles.forms.errors import errors_of
from articles.forms.filters import ArticleListFilter, Picks, is_key, picks_of
from articles.models import Article
from articles.moderation.bulk import MOST_AT_ONCE

# The filters of the lists from which a selection may come, by the name that their forms send.
FILTERS = {"queue": QueueFilter, "articles": ArticleListFilter}


class BadSelection(Exception):
    """Nothing can be decided on the selection; the message says why."""


def selection_in(data: QueryDict, request) -> Picks:
    """Returns the selection of a form or an address."""
    return _all_that_match(data, request) if data.get("all") else picks_in(data.getlist("selected"))


def picks_in(texts: list[str]) -> Picks:
    """Reads `key:version`, each in a field of its own as from the queue, or all in one field."""
    found = picks_of(texts)
    if found is None:
        raise BadSelection("The form does not say which versions of the articles you saw: go back and reload the page.")
    if not found:
        raise BadSelection("No article was selected.")
    return _not_too_many(found)


def left_out_in(data: QueryDict) -> set[int]:
    """Returns the articles whose ticks the person took away: those of the preview that the form no longer keeps."""
    kept = set(data.getlist("keep"))
    return {int(pk) for pk in data.get("shown", "").split() if is_key(pk) and pk not in kept}


def picks_as_text(picks: Picks, pks: Iterable[int]) -> str:
    """Writes some of the picks as `picks_in` reads them."""
    return " ".join(f"{pk}:{picks[pk]}" for pk in pks)


def _all_that_match(data: QueryDict, request) -> Picks:
    filter_of_list = FILTERS.get(data.get("list", "queue"))
    if filter_of_list is None:
        raise BadSelection("There is no such list.")
    chosen = filter_of_list(QueryDict(data.get("filter", "")), Article.objects.all(), request=request)
    if not chosen.form.is_valid():
        problems = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in errors_of(chosen.form).items())
        raise BadSelection(f"A choice of the filter is not possible, so nothing matches it. {problems}")
    picks = dict(chosen.qs.values_list("pk", "version")[: MOST_AT_ONCE + 1])
    if not picks:
        raise BadSelection("No article matches the filter any more.")
    return _not_too_many(picks)


def _not_too_many(picks: Picks) -> Picks:
    if len(picks) > MOST_AT_ONCE:
        raise BadSelection(f"These are more than {MOST_AT_ONCE:,} articles. Narrow the list, and decide part by part.")
    return picks
