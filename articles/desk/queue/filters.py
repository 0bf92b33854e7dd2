"""The filter of the queue: what waits, or was decided, narrowed and ordered by the parameters of the address."""

from dataclasses import replace
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils import timezone

from articles.desk.access import StaffRequest
from articles.forms.filters import StaffArticleFilter, StaffArticleForm
from articles.models import Category, Queue, State, Topic, Type, typed_words
from articles.models.querysets import TO_COME, ArticleQuerySet
from articles.models.titles import find_few
from articles.paging import BY_DATE, BY_PRIORITY, OLDEST_FIRST, Order
from articles.words import folded
from providers.models import Provider

ORDERS: dict[str, Order] = {"priority": BY_PRIORITY, "newest": BY_DATE, "oldest": OLDEST_FIRST}
# Published articles with a date to come, the next one first.
LISTS: dict[str, Order] = {name: replace(OLDEST_FIRST, field=date) for name, date in TO_COME.items()}
DECIDED = (State.PUBLISHED, State.REJECTED, State.WITHDRAWN, State.COVERED, State.DUPLICATE)
DECIDED_CHOICES = [(state.value, str(state.label).lower()) for state in DECIDED]
RULED = "ruled"  # decided by a rule, and by no person yet
STATE_CHOICES = [*DECIDED_CHOICES, (RULED, "by a rule"), *((name, name) for name in LISTS)]
ME = [("me", "me")]
MOST_OF_A_NAME = 10
# An article that waits for one of these only is in the state of the same name.
REASONS_LIKE_STATES = (Queue.PENDING, Queue.LIVE)


class NamedField(forms.CharField):
    """A row that is chosen by its key, its name, or a piece of it that no other name has; the page offers the names."""

    def __init__(self, *args, queryset: QuerySet, key: str, list_id: str, **kwargs):
        super().__init__(*args, max_length=253, **kwargs)
        self.queryset, self.key = queryset, key
        self.widget.attrs |= {"list": list_id, "autocomplete": "off"}

    def clean(self, value) -> Model | None:
        text = super().clean(value)
        if not text:
            return None
        found = self.queryset.filter(**{self.key: text.lower()}).first() or self.queryset.filter(name=text).first()
        return found or self._of_a_name_like(text)

    def _of_a_name_like(self, text: str) -> Model:
        rows = self.queryset.filter(name__written=text)[:MOST_OF_A_NAME]
        found = [row for row in rows if folded(row.name) == folded(text)] or rows
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(f"Several have such a name: {', '.join(row.name for row in found)}.")
        raise ValidationError("There is none of this name.")


class NamedFilter(django_filters.Filter):
    field_class = NamedField


class QueueForm(StaffArticleForm):
    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reason") and cleaned.get("state"):
            self.add_error("state", ValidationError("What was decided does not wait for this reason: choose one."))
        if cleaned.get("order") == "priority" and cleaned.get("state"):
            self.add_error("order", ValidationError("Only what waits has a priority."))
        if cleaned.get("order") == "soonest" and cleaned.get("state") not in LISTS:
            self.add_error("order", ValidationError("Only what is scheduled or expires has a date to come."))
        return cleaned


class QueueFilter(StaffArticleFilter):
    """Articles that want a decision, or with `state` those that had one, in order."""

    request: StaffRequest

    reason = django_filters.ChoiceFilter(method="for_reason", choices=Queue, label="Why it waits", empty_label="Any")
    state = django_filters.ChoiceFilter(
        method="in_state", choices=STATE_CHOICES, label="Decided", empty_label="No: what waits"
    )
    words = django_filters.CharFilter(method="with_words", label="Words in the title", max_length=200)
    provider = NamedFilter(queryset=Provider.objects.in_use(), key="domain", list_id="providers", label="Provider")
    topic = NamedFilter(
        field_name="topic_links__topic", queryset=Topic.objects.all(), key="slug", list_id="topics", label="Topic"
    )
    type = django_filters.ChoiceFilter(choices=Type, empty_label="Any")
    category = django_filters.ChoiceFilter(choices=Category, empty_label="Any")
    day = StaffArticleFilter.base_filters["day"]
    claimed = django_filters.ChoiceFilter(method="of_me", choices=ME, label="Claimed by", empty_label="Anybody")
    assigned = django_filters.ChoiceFilter(method="of_me", choices=ME, label="Assigned to", empty_label="Anybody")
    original = django_filters.ChoiceFilter(
        field_name="original_check__result", choices=[("dead", "dead")], label="Original", empty_label="Any"
    )
    by = django_filters.ChoiceFilter(
        method="as_it_is", choices=[("story", "one row for each story")], label="Rows", empty_label="every article"
    )
    order = django_filters.ChoiceFilter(
        method="as_it_is", choices=[(name, name) for name in (*ORDERS, "soonest")], label="Order", empty_label="Usual"
    )
    conflict = None

    class Meta(StaffArticleFilter.Meta):
        form = QueueForm

    def for_reason(self, articles: ArticleQuerySet, name: str, reason: str) -> QuerySet:
        if self.order_name != "priority" and reason in REASONS_LIKE_STATES:
            # The same rows, by the index that has them in the order of their dates.
            # What its source took back before anyone looked is pending, and waits for nothing: it has no reason.
            elsewhere = ["", *(other for other in Queue if other not in REASONS_LIKE_STATES)]
            return articles.filter(state=reason).exclude(queue__in=elsewhere)
        return articles.in_queue().filter(queue=reason)

    def in_state(self, articles: ArticleQuerySet, name: str, state: str) -> QuerySet:
        if state == RULED:
            return articles.filter(ruled_by__isnull=False)
        return articles.to_come(state, timezone.now()) if state in LISTS else articles.filter(state=state)

    def with_words(self, articles: QuerySet, name: str, words: str) -> QuerySet:
        if (keys := find_few(words)) is not None:
            return articles.filter(pk__in=keys)
        for word in typed_words(words):
            articles = articles.filter(title__words=word)
        return articles

    def of_me(self, articles: QuerySet, name: str, value: str) -> QuerySet:
        if name == "assigned":
            return articles.filter(assigned_to=self.request.user)
        return articles.filter(claimed_by=self.request.user, claimed_until__gt=timezone.now())

    def as_it_is(self, articles: QuerySet, name: str, value: str) -> QuerySet:
        return articles

    def filter_queryset(self, articles: Any) -> QuerySet:
        if not self.form.cleaned_data["state"] and not self.form.cleaned_data["reason"]:
            articles = articles.waiting()
        found = super().filter_queryset(articles).order_by(*self.order_by.ordering)
        return found.filter(~Exists(self._before(found))) if self.form.cleaned_data["by"] else found

    def _before(self, found: QuerySet) -> QuerySet:
        """Returns the articles of the same story that stand before an article in the list."""
        place = OuterRef(self.order_by.field), OuterRef("pk")
        return found.filter(self.order_by.beyond(place, "gt"), story_member__story=OuterRef("story_member__story"))

    @property
    def order_name(self) -> str:
        return self.form.cleaned_data.get("order") or self.usual_order

    @property
    def usual_order(self) -> str:
        state = self.form.cleaned_data.get("state")
        return "soonest" if state in LISTS else "newest" if state else "priority"

    @property
    def order_by(self) -> Order:
        return ORDERS.get(self.order_name) or LISTS[self.form.cleaned_data["state"]]

    @property
    def given(self) -> dict[str, str]:
        """The parameters that are not empty, as they were given, for the addresses of other pages."""
        return {name: value for name in self.filters if (value := str(self.data.get(name, "")).strip())}

    @property
    def narrowing(self) -> set[str]:
        """The names of the filters that narrow the list beside its tab and order."""
        return self.given.keys() - {"reason", "state", "order", "by"}

    @property
    def narrowed(self) -> list[tuple[str, str]]:
        """What narrows the list beside its tab and order, as label and value."""
        return [(str(self.filters[name].label), self.given[name]) for name in self.given if name in self.narrowing]
