"""How many articles wait and why, how many a list holds, and the tabs that say so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import F, IntegerField, Subquery
from django.utils import timezone

from articles.desk.queue.filters import DECIDED, DECIDED_CHOICES, LISTS, RULED
from articles.desk.queue.place import QueuePlace
from articles.models import Article, Clearing, Queue, State

COUNTED = 1_000  # more are not counted: that would be slow, and tell nothing more
# What a source did later, or a rule, is rare: its tab stands there when something waits for it.
RARE = (Queue.REMOVED, Queue.CHANGED, Queue.SECOND_LOOK)


class CountOf(Subquery):
    """How many rows a limited queryset has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS limited)"
    output_field = IntegerField()
    empty_result_set_value = 0  # where Django sees that none can match, it asks nothing


class Counts(NamedTuple):
    """Each number is at most COUNTED + 1, which stands for more."""

    tabs: dict[str, int]  # by reason, and `all`, `mine`, and the lists of published articles with a date to come
    matching: int  # in the list that is shown
    keys: bool  # whether the person uses keys
    digits: bool  # whether the digit of a reason sends a rejection


def counts_for(user: User, place: QueuePlace) -> Counts:
    """Counts what the page of the queue says in numbers, and reads how the person works; one query."""
    articles, now = Article.objects.all(), timezone.now()
    lists = {reason.value: articles.in_queue().filter(queue=reason).order_by() for reason in Queue}
    lists |= {name: articles.to_come(name, now) for name in LISTS}
    lists[RULED] = articles.filter(ruled_by__isnull=False).order_by()
    lists |= {"mine": articles.waiting().filter(assigned_to=user).order_by(), "matching": place.filter.qs}
    numbers = {name: CountOf(rows.values("pk")[: COUNTED + 1]) for name, rows in lists.items()}
    users: Any = User.objects.filter(pk=user.pk)  # the stubs see no names
    found = users.values(keys=F("desk__keys"), digits=F("desk__digits"), **numbers).get()
    found["all"] = min(sum(found[reason] for reason in Queue.values if reason != Queue.REMOVED), COUNTED + 1)
    keys, digits = found.pop("keys") is not False, bool(found.pop("digits"))
    return Counts(found, found.pop("matching"), keys, digits)


class Tab(NamedTuple):
    label: str
    address: str
    number: int | None
    is_current: bool
    group: str  # waits, lists or decided: a line stands between


def tabs(place: QueuePlace, counts: Counts) -> Iterator[Tab]:
    """Yields the tabs. Where filters narrow the lists, only the number of the list that is shown is known."""
    chosen = place.filter.form.cleaned_data if place.is_valid else {}
    reason, state, mine = (chosen.get(name, "") for name in ("reason", "state", "assigned"))
    narrowed = bool(place.filter.narrowing - {"assigned"})

    def tab(name: str, address: str, *, current: bool, group: str, known: bool) -> Tab:
        number = counts.matching if current else counts.tabs.get(name) if known else None
        return Tab(name.replace("_", " ").capitalize(), address, number, current, group)

    everything = place.is_valid and not reason and not state
    yield tab("all", place.tab(assigned=""), current=everything and not mine, group="waits", known=not narrowed)
    for name in Queue.values:
        if name in RARE and not counts.tabs[name] and name != reason:
            continue
        known = not narrowed and not mine
        yield tab(name, place.tab(reason=name), current=reason == name, group="waits", known=known)
    yield tab("mine", place.tab(assigned="me"), current=everything and bool(mine), group="lists", known=not narrowed)
    for name in LISTS:
        known = not narrowed and not mine
        yield tab(name, place.tab(state=name), current=state == name, group="lists", known=known)
    for name, label in DECIDED_CHOICES:
        # What was cleared for another article: whoever looks at what was decided finds it.
        if name in Clearing.values and state not in DECIDED:
            continue
        # A possible duplicate waits, with a tab of its own.
        label = "duplicates" if name == State.DUPLICATE else label
        yield tab(label, place.tab(state=name), current=state == name, group="decided", known=False)
    if counts.tabs[RULED] or state == RULED:
        known = not narrowed and not mine
        yield tab("by a rule", place.tab(state=RULED), current=state == RULED, group="decided", known=known)
