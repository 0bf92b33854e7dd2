"""The list of the queue from which the article page was opened: the address has it as `list`, and keeps it."""

from __future__ import annotations

from functools import cached_property
from typing import Self
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict
from django.urls import reverse

from articles.desk.queue.views import QueuePlace
from articles.models import Article
from articles.paging import BadCursor

LONGEST = 1_000


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
        query = self.queue.filter.given | self.queue.cursor | {"item": str(article.pk), "at": self._at(article)}
        return f"{reverse('desk_article', args=[article.pk])}?{urlencode({'list': urlencode(query)})}"

    def back(self, article: Article) -> str:
        return self.queue.address(article.pk)

    def beside(self, article: Article, direction: str) -> str:
        """Returns the address of the next ("lt") or previous ("gt") article of the list; '' if there is none."""
        order = self.queue.filter.order_by
        rows = self.queue.filter.qs.filter(order.beyond(order.place(self._at(article)), direction))
        rows = (rows.reverse() if direction == "gt" else rows).exclude(pk=article.pk)
        found = rows.without_payload().first()
        return ListPlace(self.queue).address(found) if found else ""

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
