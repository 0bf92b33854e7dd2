"""feed.rss, feed.atom and feed.json below the pages that list articles."""

from operator import attrgetter
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from articles.models import Article, TopicOldSlug
from articles.public import front as front_page
from articles.public.queries import of_topics, visible_providers
from articles.public.search_filters import SearchFilter
from articles.public.topic_tree import has_many, visible_tree
from articles.syndication import feeds
from articles.syndication.conditional import answer
from articles.syndication.modified import with_modified


def feed_of(request, form, articles, *, title, description):
    """The first of these ordered articles, as a feed of the page that the address of the feed stands below."""
    listed = with_modified(articles.for_cards())[: feeds.SIZE]
    return send(request, form, listed, title=title, description=description)


def send(request, form, listed, *, title, description, query=""):
    """`query` is what belongs to both addresses: "?q=power". Whatever else the reader wrote there is left out."""
    media_type, write = feeds.FORMS[form]
    home = request.build_absolute_uri(request.path.removesuffix(f"feed.{form}") + query)
    address = request.build_absolute_uri(request.path + query)
    feed = feeds.Feed(title=title, description=description, home=home, address=address, articles=listed)
    return answer(request, HttpResponse(write(feed), content_type=media_type))


@require_safe
def front(request, form):
    chosen = front_page.first_of(with_modified(Article.objects.visible().for_cards()))
    return send(
        request,
        form,
        chosen[: feeds.SIZE],
        title=settings.SITE_NAME,
        description="The news that matters now, from many publishers, each named and linked.",
    )


@require_safe
def latest(request, form):
    return feed_of(
        request,
        form,
        Article.objects.visible().latest_first(),
        title=f"Latest · {settings.SITE_NAME}",
        description="Everything that was published, newest first.",
    )


@require_safe
def topic(request, slug, form):
    """As the topic's page, with the articles of the topics below it."""
    tree = visible_tree()
    if slug not in tree:
        return _moved(slug, form, tree)
    node = tree[slug]
    topics = [below.topic.pk for below in node.branch]
    return feed_of(
        request,
        form,
        of_topics(Article.objects.visible(), topics, many=has_many(topics)).latest_first(),
        title=f"{node.topic.name} · {settings.SITE_NAME}",
        description=node.topic.description or f"Articles about {node.topic.name}.",
    )


def _moved(slug, form, tree):
    old = TopicOldSlug.objects.filter(slug=slug).select_related("topic").first()
    if old is None or old.topic.slug not in tree:
        raise Http404
    return HttpResponsePermanentRedirect(f"{old.topic.get_absolute_url()}feed.{form}")


@require_safe
def provider(request, domain, form):
    found = get_object_or_404(visible_providers().defer("source"), domain=domain)
    return feed_of(
        request,
        form,
        Article.objects.visible().filter(provider=found).latest_first(),
        title=f"{found.name} · {settings.SITE_NAME}",
        description=found.description or f"Articles from {found.name}.",
    )


@require_safe
def search(request, form):
    """What matches, the newest first: who subscribes to a search waits for what is to come."""
    narrowed = SearchFilter(request.GET)
    found = sorted(narrowed.found, key=attrgetter("key"), reverse=True)[: feeds.SIZE]
    if not narrowed.form.is_valid():
        return HttpResponse("One of the filters is not possible.\n", status=400, content_type="text/plain")
    rows = with_modified(Article.objects.visible().for_cards()).in_bulk([one.article for one in found])
    asked = {"q": narrowed.text, **narrowed.chosen}
    return send(
        request,
        form,
        [rows[one.article] for one in found if one.article in rows],
        title=f"{narrowed.text or 'Search'} · {settings.SITE_NAME}",
        description="What matches a search.",
        query="?" + urlencode(asked),
    )
