"""The filter of the queue: what waits (or was decided), narrowed down and in an order, as the address says."""

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone

from articles.forms.filters import StaffArticleFilter, StaffArticleForm
from articles.models import Category, Queue, State, Topic, Type
from articles.paging import BY_DATE, BY_PRIORITY, OLDEST_FIRST, Order
from providers.models import Provider

ORDERS: dict[str, Order] = {"priority": BY_PRIORITY, "newest": BY_DATE, "oldest": OLDEST_FIRST}
DECIDED = [(state.value, state.label.lower()) for state in (State.PUBLISHED, State.REJECTED, State.WITHDRAWN)]
ME = [("me", "me")]
# Whoever waits for one of these alone is in the state of the same name.
BY_STATE = (Queue.PENDING, Queue.LIVE)


class NamedField(forms.CharField):
    """A row that is named by its key or its name; the page offers the names, and nobody has to know them by heart."""

    def __init__(self, *args, queryset: QuerySet, key: str, list_id: str, **kwargs):
        super().__init__(*args, max_length=253, **kwargs)
        self.queryset, self.key = queryset, key
        self.widget.attrs |= {"list": list_id, "autocomplete": "off"}

    def clean(self, value) -> Model | None:
        text = super().clean(value)
        if not text:
            return None
        found = self.queryset.filter(**{self.key: text.lower()}).first() or self.queryset.filter(name=text).first()
        if found is None:
            raise ValidationError("There is none of this name.")
        return found


class NamedFilter(django_filters.Filter):
    field_class = NamedField


class QueueForm(StaffArticleForm):
    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reason") and cleaned.get("state"):
            self.add_error("state", ValidationError("What was decided does not wait for this reason: choose one."))
        if cleaned.get("order") == "priority" and cleaned.get("state"):
            self.add_error("order", ValidationError("Only what waits has a priority."))
        return cleaned


class QueueFilter(StaffArticleFilter):
    """Articles that want a decision; with `state` those that had one. Ordered."""

    reason = django_filters.ChoiceFilter(method="for_reason", choices=Queue, label="Why it waits", empty_label="Any")
    state = django_filters.ChoiceFilter(choices=DECIDED, label="Decided", empty_label="No: what waits")
    words = django_filters.CharFilter(method="with_words", label="Words in the title", max_length=200)
    provider = NamedFilter(queryset=Provider.objects.all(), key="domain", list_id="providers", label="Provider")
    topic = NamedFilter(
        field_name="topic_links__topic", queryset=Topic.objects.all(), key="slug", list_id="topics", label="Topic"
    )
    type = django_filters.ChoiceFilter(choices=Type, empty_label="Any")
    category = django_filters.ChoiceFilter(choices=Category, empty_label="Any")
    day = StaffArticleFilter.base_filters["day"]
    claimed = django_filters.ChoiceFilter(method="of_me", choices=ME, label="Claimed by", empty_label="Anybody")
    assigned = django_filters.ChoiceFilter(method="of_me", choices=ME, label="Assigned to", empty_label="Anybody")
    order = django_filters.ChoiceFilter(
        method="as_it_is", choices=[(name, name) for name in ORDERS], label="Order", empty_label="Usual"
    )
    conflict = None

    class Meta(StaffArticleFilter.Meta):
        form = QueueForm

    def for_reason(self, articles: QuerySet, name: str, reason: str) -> QuerySet:
        if self.order_name != "priority" and reason in BY_STATE:
            # The same rows, by the index that has them in the order of their dates.
            return articles.filter(state=reason).exclude(queue__in=[other for other in Queue if other not in BY_STATE])
        return articles.in_queue().filter(queue=reason)

    def with_words(self, articles: QuerySet, name: str, words: str) -> QuerySet:
        for word in words.split():
            articles = articles.filter(title__icontains=word)
        return articles

    def of_me(self, articles: QuerySet, name: str, value: str) -> QuerySet:
        if name == "assigned":
            return articles.filter(assigned_to=self.request.user)
        return articles.filter(claimed_by=self.request.user, claimed_until__gt=timezone.now())

    def as_it_is(self, articles: QuerySet, name: str, value: str) -> QuerySet:
        return articles

    def filter_queryset(self, articles: QuerySet) -> QuerySet:
        if not self.form.cleaned_data["state"] and not self.form.cleaned_data["reason"]:
            articles = articles.in_queue()
        return super().filter_queryset(articles).order_by(*self.order_by.ordering)

    @property
    def order_name(self) -> str:
        chosen = self.form.cleaned_data
        return chosen.get("order") or ("newest" if chosen.get("state") else "priority")

    @property
    def order_by(self) -> Order:
        return ORDERS[self.order_name]

    @property
    def given(self) -> dict[str, str]:
        """The parameters that say something, as they were given: the addresses of other pages carry them on."""
        return {name: value for name in self.filters if (value := self.data.get(name, "").strip())}

    @property
    def narrowed(self) -> list[tuple[str, str]]:
        """What narrows the list beside its tab and order, as label and value."""
        tabs = {"reason", "state", "order"}
        return [(self.filters[name].label, value) for name, value in self.given.items() if name not in tabs]
