"""Views of feeds, sitemaps, and files at fixed addresses (robots.txt, the manifest and others)."""

from datetime import UTC, datetime, time, timedelta
from operator import attrgetter
from urllib.parse import urlencode

from django.conf import settings
from django.http import (
    Http404,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.models import Article, TopicOldSlug
from articles.public import front
from articles.public.also_reported import also_reported
from articles.public.origin import absolute, origin_of
from articles.public.queries import stories_of_topics, visible_providers
from articles.public.search_filters import SearchFilter
from articles.public.topic_tree import has_many, visible_tree
from articles.stories.readers import one_place
from articles.syndication import feeds, sitemaps
from articles.syndication.conditional import conditional_response, conditional_stream

XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
# RFC 9116 asks for less than a year.
SECURITY_DAYS = 180

# Feeds: feed.rss, feed.atom … below the pages that list articles


@require_safe
def front_feed(request, form):
    chosen = front.first_of(Article.objects.visible().for_cards())
    return _feed_response(
        request,
        form,
        chosen[: feeds.SIZE],
        title=settings.SITE_NAME,
        description="The news that matters now, from many publishers, each named and linked.",
    )


@require_safe
def latest_feed(request, form):
    return _feed_of(
        request,
        form,
        one_place(Article.objects.visible()).latest_first(),
        title=f"Latest · {settings.SITE_NAME}",
        description="Everything that was published, newest first.",
    )


@require_safe
def topic_feed(request, slug, form):
    """The articles of the topic and of the topics below it, as on the topic's page."""
    tree = visible_tree()
    if slug not in tree:
        return _moved_topic_feed(slug, form, tree)
    node = tree[slug]
    topics = [below.topic.pk for below in node.branch]
    return _feed_of(
        request,
        form,
        stories_of_topics(Article.objects.visible(), topics, many=has_many(topics)).latest_first(),
        title=f"{node.topic.name} · {settings.SITE_NAME}",
        description=node.topic.description or f"Articles about {node.topic.name}.",
    )


def _moved_topic_feed(slug, form, tree):
    old = TopicOldSlug.objects.filter(slug=slug).select_related("topic").first()
    if old is None or old.topic.slug not in tree:
        raise Http404
    return HttpResponsePermanentRedirect(f"{old.topic.get_absolute_url()}feed.{form}")


@require_safe
def provider_feed(request, domain, form):
    known = visible_providers().defer("source")
    provider = known.filter(domain=domain).first()
    if provider is None:
        other = get_object_or_404(known, merged__domain=domain)
        return HttpResponsePermanentRedirect(f"{other.get_absolute_url()}feed.{form}")
    return _feed_of(
        request,
        form,
        Article.objects.visible().filter(provider=provider).latest_first(),
        title=f"{provider.name} · {settings.SITE_NAME}",
        description=provider.description or f"Articles from {provider.name}.",
    )


@require_safe
def search_feed(request, form):
    """The matches of a search, newest first: a subscriber waits for new ones."""
    search = SearchFilter(request.GET)
    found = sorted(search.found, key=attrgetter("key"), reverse=True)[: feeds.SIZE]
    if not search.form.is_valid():
        return HttpResponse("One of the filters is not possible.\n", status=400, content_type="text/plain")
    rows = Article.objects.visible().for_cards().in_bulk([one.article for one in found])
    return _feed_response(
        request,
        form,
        [rows[one.article] for one in found if one.article in rows],
        title=f"{search.text or 'Search'} · {settings.SITE_NAME}",
        description="What matches a search.",
        query="?" + urlencode({"q": search.text, **search.chosen}),
    )


def _feed_of(request, form, articles, *, title, description):
    """A feed of the first articles of an ordered queryset."""
    first = articles.for_cards()[: feeds.SIZE]
    return _feed_response(request, form, first, title=title, description=description)


def _feed_response(request, form, articles, *, title, description, query=""):
    """The feed of these articles.

    `query` ("?q=power") is part of the address of the feed and of its page; other parameters of the request are not.
    """
    feed_format = feeds.FEED_FORMATS[form]
    home = absolute(request, request.path.removesuffix(f"feed.{form}") + query)
    address = absolute(request, request.path + query)
    articles = list(articles)
    stories = also_reported([article.pk for article in articles])
    feed = feeds.Feed(title, description, home, address, articles, stories)
    content_type = f"{feed_format.media_type}; charset=utf-8"
    return conditional_response(request, HttpResponse(feed_format.write(feed), content_type=content_type))


# Files at fixed addresses


@require_safe
def sitemap_index(request):
    return conditional_response(request, HttpResponse(sitemaps.index(origin_of(request)), content_type=XML))


@require_safe
def sitemap_pages(request):
    return conditional_response(request, HttpResponse(sitemaps.pages(origin_of(request)), content_type=XML))


@require_safe
def sitemap_news(request):
    return conditional_response(request, HttpResponse(sitemaps.news(origin_of(request)), content_type=XML))


@require_safe
def sitemap_articles(request, number):
    if not sitemaps.exists(int(number)):
        raise Http404
    return conditional_stream(request, lambda: sitemaps.articles(int(number), origin_of(request)), XML)


@require_safe
def robots(request):
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /desk/", ""]
    lines += [f"Sitemap: {absolute(request, f'/{name}.xml')}" for name in ("sitemap", "sitemap-news")]
    return conditional_response(request, HttpResponse("\n".join(lines) + "\n", content_type=TEXT))


@require_safe
def security(request):
    """Where to report a vulnerability (RFC 9116); 404 if no contact is configured."""
    if not settings.CONTACT:
        raise Http404
    expires = datetime.combine(timezone.now() + timedelta(days=SECURITY_DAYS), time(), UTC)
    lines = [
        f"Contact: {settings.CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {absolute(request, request.path)}",
    ]
    return conditional_response(request, HttpResponse("\n".join(lines) + "\n", content_type=TEXT))


@require_safe
def manifest(request):
    site = {
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "start_url": "/",
        "scope": "/",
        "display": "browser",
        "lang": "en",
        "icons": [{"src": static("favicon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return conditional_response(request, JsonResponse(site, content_type="application/manifest+json"))


@require_safe
def favicon(request):
    """Redirects clients that ask for /favicon.ico without having read a page that names the icon."""
    return HttpResponseRedirect(static("favicon.svg"))
