"""The place of a person in the queue, and what comes next there."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from articles import moderation
from articles.desk.queue.filters import QueueFilter
from articles.desk.queue.rows import for_item, for_rows
from articles.forms.filters import is_key
from articles.models import Article
from articles.paging import BadCursor, Page, page_of


def queue_path() -> str:
    return reverse("desk_queue")


class QueuePlace:
    """The place of a person in the queue: filters, order, page and the open article, as the address has them."""

    def __init__(self, request, params: QueryDict):
        self.request = request
        self.filter = QueueFilter(params, Article.objects.all(), request=request)
        self.is_valid = self.filter.is_valid()
        self.cursor = {name: str(params[name]) for name in ("after", "before") if name in params}
        self.item = params.get("item", "") if is_key(params.get("item", "")) else ""

    @classmethod
    def to_return_to(cls, request) -> "QueuePlace | None":
        """Returns the place from which a form was sent; None where that was not the queue."""
        path, _, query = request.POST.get("next", "").partition("?")
        return cls(request, QueryDict(query)) if path == queue_path() else None

    def address(self, item: object = "") -> str:
        """Returns the address of the same list, with this article open."""
        return address_of(self.filter.given | self.cursor | ({"item": item} if item else {}))

    def tab(self, **chosen: str) -> str:
        """Returns the address of another tab; the filters stay."""
        kept = {name: value for name, value in self.filter.given.items() if name not in ("reason", "state", "order")}
        return address_of({name: value for name, value in (kept | chosen).items() if value})

    @property
    def by_story(self) -> str:
        """Returns the address of the same list, with one row for each story."""
        return address_of(self.filter.given | {"by": "story"})

    @property
    def by_article(self) -> str:
        """Returns the address of the same list, with a row for every article."""
        return address_of({name: value for name, value in self.filter.given.items() if name != "by"})

    @property
    def here(self) -> str:
        return self.address(self.item)

    @property
    def query(self) -> str:
        return urlencode(self.filter.given)

    def page(self) -> Page:
        if not self.is_valid:
            return Page([])
        order, kept = self.filter.order_by, self.filter.given
        try:
            page = page_of(for_rows(self.filter.qs), order, self.cursor, keep=kept)
        except BadCursor:
            # After the last article of the list was decided, the list begins anew.
            page = Page([], starts_over=True)
        if page.starts_over:
            self.cursor = {}
            page = page_of(for_rows(self.filter.qs), order, {}, keep=kept)
        return page

    def next_after(self, article: Article | None) -> Article | None:
        """Claims the next one that no colleague has: behind the article in the list, else from the top."""
        if not self.is_valid:
            return None
        order, by, articles = self.filter.order_by, self.request.user, for_item(self.filter.qs)
        if article is not None:
            behind = articles.filter(order.beyond(order.place(order.cursor(article)), "lt"))
            if found := moderation.next_for(behind, by=by):
                return found
            articles = articles.exclude(pk=article.pk)
        return moderation.next_for(articles, by=by)


def address_of(params: Mapping[str, object]) -> str:
    return queue_path() + ("?" + urlencode(params, safe=":") if params else "")
