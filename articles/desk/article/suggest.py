"""Suggestions for the fields of the article page: articles as HTML, topics and providers as JSON."""

from itertools import islice

from django.http import JsonResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from articles.desk.access import staff_only
from articles.desk.article.lookup import search_articles
from articles.forms.filters import is_key
from articles.models import Article, Topic
from articles.moderation import CHANGE, DECIDE
from providers.models import Provider

MOST_OFFERED = 10


@require_safe
@staff_only(DECIDE)
def search(request):
    """Returns articles whose titles hold all the words, as the form of related links shows them."""
    words, pk = request.GET.get("q", ""), request.GET.get("but", "")
    found = search_articles(words, but=Article(pk=int(pk)) if is_key(pk) else None)
    return TemplateResponse(request, "desk/article/related.html#found", {"found": found, "search": words})


@require_safe
@staff_only(CHANGE)
def topics(request):
    return _offered(request, Topic.objects.order_by("folded"), "name", ("name", "folded", "short_name", "slug"))


@require_safe
@staff_only(CHANGE)
def providers(request):
    return _offered(request, Provider.objects.in_use().order_by("domain"), "domain", ("name", "domain"))


def _offered(request, rows, value, names):
    """Returns `[{value, label}]`; those that begin with what was typed come first."""
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found: dict[str, str] = {}
    for lookup in ("begins", "written"):
        for name in names:
            if len(found) < MOST_OFFERED:
                matching = rows.filter(**{f"{name}__{lookup}": typed})[:MOST_OFFERED]
                found |= {getattr(row, value): row.name for row in matching if getattr(row, value) not in found}
    offered = islice(found.items(), MOST_OFFERED)
    return JsonResponse({"offered": [{"value": value, "label": name} for value, name in offered]})
