"""/desk/queue/: the articles that want a decision, and the one that is open beside them."""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from articles import moderation
from articles.desk.access import DeskPage, staff_only
from articles.desk.queue import counts
from articles.desk.queue.counts import counts_for, tabs
from articles.desk.queue.place import QueuePlace, address_of
from articles.desk.queue.rows import QueueItem, QueueRow, for_item, for_rows, offered_names
from articles.forms.filters import is_key
from articles.models import Article, SavedView
from articles.moderation import VERBS
from articles.moderation.colleague_verbs import Score
from articles.moderation.verbs import Verb, buttons

MOST_ROWS = 100  # of a page, and the article that is open


class QueuePage(DeskPage, TemplateView):
    permission = moderation.DECIDE
    section = "queue"
    template_name = "desk/queue/queue.html"

    def get(self, request, *args, **kwargs):
        place = QueuePlace(request, request.GET)
        match request.GET.get("part"):
            case "item":
                return answer_parts(request, place, article=find_item(place.item))
            case "fresh":
                return TemplateResponse(request, "desk/queue/answers.html#fresh", self.fresh(place))
            case "list":
                return TemplateResponse(request, "desk/queue/answers.html#lists", self.lists(place))
        return super().get(request, *args, place=place, **kwargs)

    def lists(self, place):
        page = place.page()
        return {
            **numbers(self.request.user, place),
            "filter": place.filter,
            "page": page,
            "rows": [QueueRow(article, self.request.user) for article in page.articles],
            "orders": list(orders(place)),
        }

    def fresh(self, place):
        """Returns what may have changed on a page: its rows, the claim of the open article, the numbers."""
        pks = [int(pk) for pk in self.request.GET.get("rows", "").split(",") if is_key(pk)][:MOST_ROWS]
        articles = for_rows(Article.objects.filter(pk__in=pks)) if pks else []
        rows = [QueueRow(article, self.request.user) for article in articles]
        row = next((row for row in rows if str(row.article.pk) == place.item), None)
        return numbers(self.request.user, place) | {"rows": rows, "row": row}

    def get_context_data(self, **kwargs):
        place: QueuePlace = kwargs.pop("place")
        article = find_item(place.item)
        return super().get_context_data(
            **self.lists(place),
            item=article and QueueItem(article, self.request.user),
            choices=offered_names(),
            verbs=buttons(),
            settling=[verb for verb in item_verbs(self.request.user) if verb.settles_conflicts],
            of_stories=[verb for verb in item_verbs(self.request.user) if not verb.settles_conflicts],
            score_keys=Score.keys,
            views=list(SavedView.objects.filter(user=self.request.user)),
            **kwargs,
        )


def item_verbs(user) -> list[type[Verb]]:
    return [verb for verb in VERBS.values() if verb.item_key and user.has_perm(verb.permission)]


def find_item(pk: str | int) -> Article | None:
    return for_item(Article.objects.all()).filter(pk=pk).first() if pk else None


def numbers(user, place: QueuePlace) -> dict:
    """Returns the tabs with their numbers, how many match the filters, and how the person works; one query."""
    found = counts_for(user, place)
    return {
        "place": place,
        "tabs": list(tabs(place, found)),
        "matching": found.matching,
        "counted": counts.COUNTED,
        "keys": found.keys,
        "digits": found.digits,
    }


def orders(place):
    """Yields for each order its label, its address, and whether it is the current one."""
    if not place.is_valid:
        return
    kept = {name: value for name, value in place.filter.given.items() if name != "order"}
    usual = place.filter.usual_order
    for name in dict.fromkeys([usual, "newest", "oldest"]):
        address = address_of(kept if name == usual else kept | {"order": name})
        label = name.capitalize()
        yield label, address, place.filter.order_name == name


def answer_parts(request, place, *, article=None, status=200, **context):
    """Returns the parts of the page that a step changes: the open article, its row, its buttons, the messages."""
    item = article and QueueItem(article, request.user)
    context |= {"item": item, "row": item} | numbers(request.user, place)
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
