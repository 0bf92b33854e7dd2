"""Views of the upstream JSON, below /api/ (docs/api.md)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from articles.models import Article, TopicOldSlug
from articles.public.origin import origin_of
from articles.public.queries import visible_topics, with_many
from articles.syndication.conditional import conditional_response
from articles.syndication.upstream.addresses import Addresses, paths_of
from articles.syndication.upstream.filters import ListFilter
from articles.syndication.upstream.lists import LISTS, SIZE_OF_TOPIC, JsonList
from articles.syndication.upstream.pages import page_of_article, page_of_list
from articles.syndication.upstream.topics import topics_json


@require_safe
def json_topics(request: HttpRequest) -> HttpResponseBase:
    return conditional_response(request, JsonResponse(topics_json(_addresses(request))))


@require_safe
def json_list(request: HttpRequest, collection: str, number: str = "1") -> HttpResponseBase:
    return _page(request, LISTS[collection], int(number), collection)


@require_safe
def json_below(request: HttpRequest, collection: str, below: str, number: str = "1") -> HttpResponseBase:
    """What has an address below a collection: a part of it, a topic, or one article by the name of its document."""
    if chosen := LISTS.get(f"{collection}/{below}"):
        return _page(request, chosen, int(number), f"{collection}/{below}")
    chosen = LISTS[collection]
    topic = with_many(visible_topics()).filter(slug=below).only("pk").first()
    if topic is not None:
        size_of = SIZE_OF_TOPIC.get(collection, chosen.size_of)
        chosen = replace(chosen, topic=topic.pk, topic_has_many=topic.many, size_of=size_of)
        return _page(request, chosen, int(number), f"{collection} of topic {topic.pk}")
    article = _article(chosen, below)
    if article is not None:
        return _answer(request, page_of_article(article, int(number), _addresses(request)))
    return _moved_topic(request, collection, below)


def _page(request: HttpRequest, chosen: JsonList, number: int, name: str) -> HttpResponseBase:
    form = ListFilter(request.GET)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    articles = form.narrow(chosen.articles())
    name = f"{name} {form.cleaned_data}"
    return _answer(request, page_of_list(chosen, articles, number, name, _addresses(request)))


def _article(chosen: JsonList, name: str) -> Article | None:
    """The visible article whose document has this name."""
    rows = Article.objects.visible().filter(category=chosen.category, path__in=paths_of(chosen.category, name))
    return rows.for_cards().defer(None).defer("secured", "source_digest").first()


def _moved_topic(request: HttpRequest, collection: str, slug: str) -> HttpResponseBase:
    """Redirects to the new address of a renamed topic, as the topic's own page does."""
    moved = TopicOldSlug.objects.filter(slug=slug).values("topic")
    topic = visible_topics().filter(pk__in=moved).only("slug").first()
    if topic is None:
        raise Http404
    here = f"/api/{collection}/"
    return HttpResponsePermanentRedirect(request.get_full_path().replace(f"{here}{slug}/", f"{here}{topic.slug}/", 1))


def _answer(request: HttpRequest, content: dict[str, Any]) -> HttpResponseBase:
    return conditional_response(request, JsonResponse(content))


def _addresses(request: HttpRequest) -> Addresses:
    return Addresses(origin_of(request))
