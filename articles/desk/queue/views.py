"""/desk/queue/: the articles that want a decision, and the one that is open beside them."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from articles import moderation
from articles.desk.access import DeskPage, staff_only
from articles.desk.queue import rows
from articles.desk.queue.filters import DECIDED_CHOICES, QueueFilter
from articles.desk.queue.rows import QueueItem, QueueRow, for_item, for_rows, offered_names, waiting_for
from articles.forms.filters import is_key
from articles.models import Article, Queue, SavedView
from articles.moderation.colleague_verbs import Score
from articles.moderation.verbs import buttons
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
        return _address(self.filter.given | self.cursor | ({"item": item} if item else {}))

    def tab(self, **chosen: str) -> str:
        """Returns the address of another tab; the filters stay."""
        kept = {name: value for name, value in self.filter.given.items() if name not in ("reason", "state", "order")}
        return _address(kept | chosen)

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


def _address(params: Mapping[str, object]) -> str:
    return queue_path() + ("?" + urlencode(params, safe=":") if params else "")


class QueuePage(DeskPage, TemplateView):
    permission = moderation.DECIDE
    section = "queue"
    template_name = "desk/queue/queue.html"

    def get(self, request, *args, **kwargs):
        place = QueuePlace(request, request.GET)
        match request.GET.get("part"):
            case "item":
                return answer_parts(request, place, article=find_item(place.item))
            case "list":
                return TemplateResponse(request, "desk/queue/answers.html#lists", self.lists(place))
        return super().get(request, *args, place=place, **kwargs)

    def lists(self, place):
        page = place.page()
        waiting = waiting_for(self.request.user)
        return {
            "place": place,
            "filter": place.filter,
            "page": page,
            "rows": [QueueRow(article, self.request.user) for article in page.articles],
            "tabs": list(tabs(place, waiting)),
            "orders": list(orders(place)),
            "keys": waiting["keys"],
            "counted": rows.COUNTED,
        }

    def get_context_data(self, **kwargs):
        place: QueuePlace = kwargs.pop("place")
        article = find_item(place.item)
        return super().get_context_data(
            **self.lists(place),
            item=article and QueueItem(article, self.request.user),
            choices=offered_names(),
            verbs=buttons(),
            score_keys=Score.keys,
            views=list(SavedView.objects.filter(user=self.request.user)),
            **kwargs,
        )


def find_item(pk: str | int) -> Article | None:
    return for_item(Article.objects.all()).filter(pk=pk).first() if pk else None


RARE = (Queue.REMOVED, Queue.CHANGED)


def tabs(place, waiting):
    """Yields for each tab its label, its address, its number, and whether it is the current one."""
    chosen = place.filter.form.cleaned_data if place.is_valid else {}
    reason, state = chosen.get("reason", ""), chosen.get("state", "")
    yield "All", place.tab(), waiting["all"], not reason and not state
    for value in Queue.values:
        # What a source did later is rare: its tab stands there when something waits for it.
        if value in RARE and not waiting[value] and value != reason:
            continue
        yield value.capitalize(), place.tab(reason=value), waiting[value], reason == value
    for value, label in DECIDED_CHOICES:
        yield label.capitalize(), place.tab(state=value), None, state == value


def orders(place):
    """Yields for each order its label, its address, and whether it is the current one."""
    if not place.is_valid:
        return
    kept = {name: value for name, value in place.filter.given.items() if name != "order"}
    usual = "newest" if kept.get("state") else "priority"
    for name, label in (("priority", "Priority"), ("newest", "Newest"), ("oldest", "Oldest")):
        if name != "priority" or not kept.get("state"):
            address = _address(kept if name == usual else kept | {"order": name})
            yield label, address, place.filter.order_name == name


def answer_parts(request, place, *, article=None, status=200, **context):
    """Returns the parts of the page that a step changes: the open article, its row, its buttons, the messages."""
    item = article and QueueItem(article, request.user)
    context |= {"place": place, "item": item, "row": item}
    response = TemplateResponse(request, "desk/queue/answers.html#answer", context, status=status)
    response["X-Item"] = str(article.pk) if article else ""
    response["X-Address"] = place.address(article.pk if article else "")
    return response


@require_POST
@staff_only(moderation.DECIDE)
def next_item(request):
    """Opens the next article that no colleague has: behind `after`, where the form names it."""
    place = QueuePlace.to_return_to(request) or QueuePlace(request, QueryDict())
    article = place.next_after(find_item(place.item))
    if "part" in request.POST:
        toasts = [] if article else [("Nothing is left here that no colleague has.", "")]
        return answer_parts(request, place, article=article, toasts=toasts)
    if article is None:
        messages.info(request, "Nothing is left here that no colleague has.")
    return redirect(place.address(article.pk if article else ""))
