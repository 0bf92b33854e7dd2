"""What is taken from readers is gone from every public address at once."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, Reason
from articles.moderation import Context, Why, bulk
from articles.moderation.verbs import Withdraw
from tests.canary.articles import MARK, address, canary
from tests.canary.asking import ask, words_in
from tests.canary.routes import ROUTES, SILENT
from tests.factories import make_story
from tests.importing.documents_by_hand import document, write

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def by_withdrawal(article, boss):
    moderation.withdraw(article, by=boss, version=2, why=Why(Reason.objects.get(slug="other"), "A note"))


def by_bulk(article, boss):
    chosen = Article.objects.filter(pk=article.pk)
    bulk.carry_out(chosen, Withdraw(Why(Reason.objects.get(slug="other"))), by=boss)


def by_its_time(article, boss):
    moderation.schedule(article, by=boss, version=2, expires_at=timezone.now())


def by_a_later_start(article, boss):
    moderation.schedule(article, by=boss, version=2, publish_at=timezone.now() + timedelta(days=1))


def by_deletion(article, boss):
    moderation.delete(article, by=boss, version=2)


def by_undo(article, boss):
    moderation.undo(article.events.get(verb="publish"), by=boss, at=Context())


# The way, what its own address answers from then on, and which of its words may stand there and in the corrections.
WITHDRAWN = {"title", "slug", "name"}
WAYS = [
    (by_withdrawal, 410, WITHDRAWN),
    (by_bulk, 410, WITHDRAWN),
    (by_its_time, 404, set()),
    (by_a_later_start, 404, set()),
    (by_deletion, 404, set()),
    (by_undo, 404, set()),
]
NEIGHBOURS = [
    "/articles/seen-14/",
    "/articles/seen-15/",
    "/articles/seen-16/",
    "/topics/trams/",
    "/topics/trams/feed.rss",
]


@pytest.mark.parametrize(("way", "status", "words_left"), WAYS)
def test_what_is_taken_from_readers_is_gone_from_everywhere_at_once(
    way, status, words_left, shared_topic, others, boss, committed
):
    fresh = {"published_at": timezone.now() - timedelta(hours=1)}
    articles = {kind: canary(kind, shared_topic=shared_topic, **more) for kind, more in (("old", {}), ("new", fresh))}
    with committed():
        for article in articles.values():
            moderation.publish(article, by=boss, version=1)
    for article, beside in zip(articles.values(), others, strict=False):
        make_story(article, beside)
    shown = {
        address(template, kind, article): name.partition(",")[0]
        for kind, article in articles.items()
        for name, templates in ROUTES.items()
        for template in templates
        if kind == "old" or name in ("article", "front", "sitemap_news")
    }
    before = {path: ask(path) for path in [*shown, *NEIGHBOURS]}
    typed = {path: re.findall(rf"{MARK}\w+", path) if "?" in path else [] for path in before}
    assert [p for p, name in shown.items() if name not in SILENT and not words_in(before[p], typed[p])] == []
    assert {said[0] for path, said in before.items() if path != "/favicon.ico"} == {200}

    with committed():
        for article in articles.values():
            way(article, boss)

    own = {path for path, name in shown.items() if name == "article"}
    left = []
    for path, (_, headers, _) in before.items():
        has = {"if_none_match": dict(headers).get("ETag", "*")}
        # From the view, then kept; as whoever has it asks, and as a proxy does.
        after = [ask(path), ask(path), ask(path, "head"), ask(path, **has)]
        allowed = {f"{MARK}{kind}{word}" for kind in articles for word in words_left}
        allowed = allowed if path in own or path == "/corrections/" else set(typed[path])
        words = set.union(*(words_in(said, allowed) for said in after))
        if words or (shown.get(path) == "picture" and {said[0] for said in after} != {404}):
            left.append((path, words))
    assert left == []
    assert {ask(path)[0] for path in own} == {status}


def test_what_its_document_takes_back_is_gone_from_everywhere_at_once(tmp_path, committed):
    def bring(published: str):
        fields = {"title": f'"{MARK}title"', "webUrl": f'"https://{MARK}.example/"', "published": published}
        with committed():
            import_documents([write(tmp_path, {"a.md": document(**fields, publishedDateTime=f"{day}T08:00:00Z")})])

    day = timezone.now().date() - timedelta(days=1)
    bring("true")
    paths = [path for paths in ROUTES.values() for path in paths if "{" not in path]
    paths += [Article.objects.get().get_absolute_url(), "/providers/news.example/", "/providers/news.example/feed.rss"]
    shown = [path for path in paths if words_in(ask(path))]
    bring("false")

    assert {"/", "/feed.json", "/latest/", "/sitemap-news.xml", "/sitemap-articles-0.xml"} < set(shown)
    assert [path for path in paths if words_in(ask(path))] == []
