"""What the article page offers while somebody types: articles, topics and providers, as JSON."""

from itertools import islice

from django.http import JsonResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from articles import links
from articles.desk.access import staff_only
from articles.models import Article, Topic
from articles.models.keys import key_of
from articles.moderation import CHANGE, DECIDE
from articles.public.search import MAX_QUERY_LENGTH, parse
from articles.public.search import find as find_visible
from providers.models import Provider

MOST_FOUND = 10


LOOKED_THROUGH = 20_000


MOST_OFFERED = 10


@require_safe
@staff_only(DECIDE)
def search(request):
    """Articles whose titles hold all the words, as the results that the form of related links shows."""
    words = request.GET.get("q", "")
    but = Article(pk=int(pk)) if (pk := request.GET.get("but", "")).isdecimal() and len(pk) < 19 else None
    context = {"found": search_articles(words, but=but), "search": words}
    return TemplateResponse(request, "desk/article_parts.html#found", context)


def search_articles(text: str, *, but: Article | None = None) -> list[Article]:
    """Articles by words of their titles, or by their link; the newest first."""
    articles = Article.objects.select_related("provider").without_payload().latest_first()
    if but is not None:
        articles = articles.exclude(pk=but.pk)
    if text.strip() and not links.problem_with(text.strip()):
        return list(articles.filter(canonical_key=key_of(links.canonical(text.strip())))[:MOST_FOUND])
    words = [word for word in text.replace("\x00", " ").split() if word][:6]
    if not words:
        return []
    # The index knows what readers may see; of the rest, the newest are looked through.
    newest = articles.order_by("-published_at", "-pk").values("pk")[:LOOKED_THROUGH]
    titled = Article.objects.filter(pk__in=newest)
    for word in words:
        titled = titled.filter(title__icontains=word)
    found = {one.pk: one for one in titled.select_related("provider").without_payload().latest_first()[:MOST_FOUND]}
    if len(found) < MOST_FOUND:
        best = (
            [one.article for one in find_visible(parse(text))[: MOST_FOUND + 1]]
            if len(text) <= MAX_QUERY_LENGTH
            else []
        )
        indexed = articles.in_bulk(best)
        found = found | {pk: indexed[pk] for pk in best if pk in indexed}
    return list(found.values())[:MOST_FOUND]


@require_safe
@staff_only(CHANGE)
def topics(request):
    return _offered(request, Topic.objects.order_by("name"), "name", ("name", "short_name", "slug"))


@require_safe
@staff_only(CHANGE)
def providers(request):
    return _offered(request, Provider.objects.order_by("domain"), "domain", ("name", "domain"))


def _offered(request, rows, value, names):
    """What a field may hold, as `[{value, label}]`: those that begin with what was typed come first."""
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found = {}
    for lookup in ("istartswith", "icontains"):
        for name in names:
            if len(found) < MOST_OFFERED:
                matching = rows.filter(**{f"{name}__{lookup}": typed})[:MOST_OFFERED]
                found |= {getattr(row, value): row.name for row in matching if getattr(row, value) not in found}
    offered = islice(found.items(), MOST_OFFERED)
    return JsonResponse({"offered": [{"value": value, "label": name} for value, name in offered]})
