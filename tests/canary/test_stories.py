"""What is hidden leaves no trace of itself in a story that readers see, and is not seen to change."""

from datetime import timedelta
from itertools import product

import pytest
from django.core.cache import caches
from django.utils import timezone

from articles.models import Article, ArticleOldSlug, StoryMember
from tests.canary.articles import HIDDEN, MARK, canary, hide, words_of
from tests.canary.asking import ask, crawl, words_in
from tests.canary.test_hidden import STARTS
from tests.factories import make_article, make_provider, make_story

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

# Ways to be cleared away that show nothing of an article, beside those to be hidden.
CLEARED = ["duplicate", "covered-back", "covered-later", "covered-over"]


def clear(kind: str, other: Article, shared_topic, boss) -> Article:
    """An article that was never public, decided on in this way."""
    now, hour = timezone.now(), timedelta(hours=1)
    fields = {
        "duplicate": {"cleared_as": "duplicate", "duplicate_of": other},
        "covered-back": {"cleared_as": "covered", "removed": True},
        "covered-later": {"cleared_as": "covered", "publish_at": now + hour},
        "covered-over": {"cleared_as": "covered", "expires_at": now - hour},
    }[kind]
    return canary(kind, shared_topic=shared_topic, reviewed_by=boss, **fields)


@pytest.fixture
def told(others, boss):
    """A story with three public reports: two visible ones, and a covered one."""
    covered = make_article(
        title="The tram elsewhere", slug="covered", web_url="https://covered.example/", cleared_as="covered",
        reviewed_by=boss, published_at=others[3].published_at, provider=make_provider(domain="covered.example"),
    )  # fmt: skip
    Article.objects.filter(pk=others[20].pk).update(provider=make_provider(domain="another.example", name="Another"))
    return make_story(others[3], others[20], covered)


def forget():
    caches["pages"].clear()
    caches["editions"].clear()


def test_the_site_is_the_same_with_hidden_articles_in_a_story_as_without_them(told, shared_topic, others, boss):
    """Byte for byte, with all headers: no word, no count, no lead, no date tells of them."""
    alone = make_story(others[7])
    before = crawl(*STARTS)
    hidden = [hide(kind, shared_topic, boss, lead_at=timezone.now(), pinned_at=None) for kind in HIDDEN]
    hidden += [clear(kind, others[3], shared_topic, boss) for kind in CLEARED]
    for n, article in enumerate(Article.objects.filter(pk__in=[article.pk for article in hidden])):
        # Some beside three public reports, and some beside one that is alone with them.
        StoryMember.objects.create(article=article, story=alone if n % 3 == 0 else told)
    forget()

    after = crawl(*STARTS)

    assert "/stories/seen-3/" in before
    assert "/stories/seen-7/" not in after
    gone = {"/articles/zqxwithdrawnslug/", "/articles/zqxtakenbackslug/"}
    assert set(after) - set(before) == gone
    assert {path for path in before if before[path] != after[path]} == {"/corrections/"}


def test_no_address_of_a_hidden_article_leads_to_its_story(told, shared_topic, others, boss):
    hidden = {kind: hide(kind, shared_topic, boss) for kind in HIDDEN}
    hidden |= {kind: clear(kind, others[3], shared_topic, boss) for kind in CLEARED}
    make_story(*(article for kind, article in hidden.items() if kind != "deleted"), others[9])
    StoryMember.objects.filter(article=hidden["scheduled"]).update(story=told)
    nothing = ask("/stories/never-was/")

    wrong = [
        (kind, name)
        for kind, name in product(hidden, ("slug", "old"))
        if ask(f"/stories/{words_of(kind)[name]}/") != nothing
    ]

    assert wrong == []
    assert ask("/stories/seen-9/") == nothing


def test_a_change_of_a_hidden_article_changes_nothing_of_its_story(told, shared_topic, boss):
    hidden = [hide(kind, shared_topic, boss) for kind in HIDDEN if kind != "deleted"]
    for article in hidden:
        StoryMember.objects.create(article=article, story=told)
    paths = [
        "/stories/seen-3/", "/articles/seen-20/", "/articles/seen-3/", "/latest/feed.atom", "/latest/feed.json",
        "/topics/trams/feed.rss", "/sitemap-articles-0.xml", "/",
    ]  # fmt: skip
    before = {path: ask(path) for path in paths}

    later = timezone.now() + timedelta(days=1)
    Article.objects.filter(pk__in=[article.pk for article in hidden]).update(
        title=f"{MARK}changed", changed_for_readers_at=later, changed_at=later, lead_at=later, quality=1000,
        published_at=later,
    )  # fmt: skip
    forget()

    assert {path for path in paths if ask(path) != before[path]} == set()
    assert set().union(*map(words_in, before.values())) == set()


def test_of_a_covered_article_nothing_is_seen_but_the_link_under_its_story(told, others, shared_topic, boss):
    """Its title, its source and that source's name: not its text, its picture, its topic, its slug, its provider."""
    article = canary("covered", shared_topic=shared_topic, cleared_as="covered", reviewed_by=boss, pinned_at=None)
    ArticleOldSlug.objects.filter(article=article).update(slug="zqxcoveredwas")
    StoryMember.objects.create(article=article, story=told)

    seen = {path: words for path, said in crawl(*STARTS).items() if (words := words_in(said))}

    link = {f"{MARK}coveredtitle", f"{MARK}coveredname", f"{MARK}coveredweb", f"{MARK}covered"}
    assert set().union(*seen.values()) == link
    stories = {"/stories/seen-3/", "/articles/seen-20/", "/articles/seen-3/"}
    cards = {path for path, words in seen.items() if words == {f"{MARK}coveredname"}}
    assert set(seen) - cards == stories
    assert ask("/articles/zqxcoveredslug/") == ask("/articles/never-was/")
