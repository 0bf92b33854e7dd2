"""The list of the queue from which the article page was opened: the address has it as `list`, and keeps it."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.models import User
from django.db.models import F, Subquery
from django.http import QueryDict
from django.urls import reverse

from articles import moderation
from articles.desk.queue.counts import COUNTED, CountOf
from articles.desk.queue.place import QueuePlace
from articles.models import Article
from articles.models.querysets import ArticleQuerySet
from articles.paging import BadCursor

LONGEST = 1_000


class Around(NamedTuple):
    """What is around an article: the keys of its neighbours in the list, and how many the list holds."""

    next: int | None
    previous: int | None
    total: int  # at most COUNTED + 1, which stands for more
    keys: bool  # whether the person uses keys


class ListPlace:
    """A place in a list of the queue, and the articles beside one: by keyset, so nothing is counted."""

    def __init__(self, queue: QueuePlace, cursor: str = ""):
        self.queue, self.cursor = queue, cursor

    @classmethod
    def of(cls, request) -> Self | None:
        """Returns the place that the address names, or the page that a button leads back to; None if there is none."""
        here = QueryDict(urlsplit(request.POST.get("next", "")).query[: 3 * LONGEST])
        query = request.GET.get("list", "") or here.get("list", "")
        params = QueryDict(query[:LONGEST])
        place = QueuePlace(request, params)
        # Anything odd is no place: a filter that cannot be read would show every article.
        if not query or len(query) > LONGEST or "\x00" in query or not place.is_valid:
            return None
        if set(params) - set(place.filter.filters) - {"after", "before", "item", "at"}:
            return None
        return cls(place, params.get("at", ""))

    def address(self, article: Article) -> str:
        """Returns the address of the article's page; the place stays where the article was when it was opened."""
        query = self._query(item=str(article.pk), at=self._at(article))
        return f"{reverse('desk_article', args=[article.pk])}?{urlencode({'list': query})}"

    def back(self, article: Article) -> str:
        return self.queue.address(article.pk)

    def address_of(self, pk: int | None) -> str:
        """Returns the address of the page of another article of the list; '' for none."""
        if pk is None:
            return ""
        return f"{reverse('desk_article', args=[pk])}?{urlencode({'list': self._query(item=str(pk))})}"

    def around(self, article: Article, user: User) -> Around:
        """Looks around the article in one query, by keyset: it may have left the list by a decision."""
        rows = self.queue.filter.qs
        found = _of_user(
            user,
            next=Subquery(self._beyond(article, "lt").values("pk")[:1]),
            previous=Subquery(self._beyond(article, "gt").reverse().values("pk")[:1]),
            total=CountOf(rows.order_by().values("pk")[: COUNTED + 1]),
        )
        return Around(**found)

    def claim_next(self, article: Article, user: User) -> Article | None:
        """Claims the next article of the list that no colleague has: behind this one, else from the top."""
        found = moderation.next_for(self._beyond(article, "lt"), by=user)
        return found or moderation.next_for(self.queue.filter.qs.exclude(pk=article.pk), by=user)

    def _beyond(self, article: Article, direction: str) -> ArticleQuerySet:
        order = self.queue.filter.order_by
        return self.queue.filter.qs.filter(order.beyond(order.place(self._at(article)), direction)).exclude(
            pk=article.pk
        )

    def _query(self, **more: str) -> str:
        return urlencode(self.queue.filter.given | self.queue.cursor | more)

    def _at(self, article: Article) -> str:
        order = self.queue.filter.order_by
        try:
            if self.cursor and order.place(self.cursor)[1] == article.pk:
                return self.cursor
        except BadCursor:
            pass
        return order.cursor(article)

    @cached_property
    def words(self) -> str:
        """What narrows the list, in words."""
        return ", ".join(f"{name} {value}" for name, value in self.queue.filter.given.items())


def uses_keys(user: User) -> bool:
    return bool(_of_user(user)["keys"])


def _of_user(user: User, **asked: Any) -> dict[str, Any]:
    """Returns what is asked beside whether the person uses keys, in one query."""
    users: Any = User.objects.filter(pk=user.pk)  # the stubs see no names
    found = users.values(keys=F("desk__keys"), **asked).get()
    return found | {"keys": found["keys"] is not False}
