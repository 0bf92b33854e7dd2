"""/api/news/: the upstream JSON (docs/api.md)."""

from django.http import Http404, HttpResponsePermanentRedirect, JsonResponse
from django.views.decorators.http import require_safe

from articles.models import TopicOldSlug
from articles.public.queries import of_topics, visible_topics, with_many
from articles.syndication import upstream_json as api
from articles.syndication.conditional import answer


@require_safe
def news(request, number="1"):
    return _page(request, api.news(), number, "news")


@require_safe
def topic_news(request, slug, number="1"):
    topic = with_many(visible_topics()).filter(slug=slug).only("pk").first()
    if topic is None:
        return _moved(request, slug)
    return _page(request, of_topics(api.news(), [topic.pk], many=topic.many), number, f"topic {topic.pk}")


def _page(request, articles, number, name):
    form = api.NewsFilter(request.GET)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    return answer(request, JsonResponse(api.page(form.narrow(articles), int(number), f"{name} {form.cleaned_data}")))


def _moved(request, slug):
    """The new address of a renamed topic, as the topic's own page has it."""
    moved = TopicOldSlug.objects.filter(slug=slug).values("topic")
    topic = visible_topics().filter(pk__in=moved).only("slug").first()
    if topic is None:
        raise Http404
    return HttpResponsePermanentRedirect(
        request.get_full_path().replace(f"/api/news/{slug}/", f"/api/news/{topic.slug}/", 1)
    )
