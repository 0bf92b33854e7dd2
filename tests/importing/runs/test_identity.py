"""A match is not enough: a review never passes to content that nobody saw."""

import pytest

from articles import moderation
from articles.models import Article, Event
from articles.moderation.verbs import Publish
from tests.importing.documents_by_hand import document, write
from tests.importing.runs.verdicts import run, verdicts

pytestmark = pytest.mark.django_db

MONDAY = {"webUrl": "https://news.example/monday", "title": "Monday’s story", "published": "false"}
OTHERS = [
    {"webUrl": "https://other.example/x", "provider": "{domain: other.example}"},
    {"webUrl": "https://news.example/tuesday", "title": "Tuesday’s story"},
    {"webUrl": "https://news.example/#/tuesday", "title": "Tuesday’s story"},
]
ELSEWHERE = [
    {"webUrl": "https://news.example/tuesday"},
    {"provider": "{domain: other.example}"},
    {"webUrl": "https://news.example/tuesday", "excerpt": "Other words"},
]
THE_SAME = [
    {"webUrl": "http://www.news.example/monday/"},
    {"webUrl": "https://news.example/mond%61y?utm_source=x"},
    {"title": "Another title"},
]


def published(tmp_path, by) -> Article:
    write(tmp_path, {"a.md": document(**MONDAY)})
    run(tmp_path)
    article = Article.objects.get()
    moderation.publish(article, by=by, version=article.version)
    return article


def seen_by_readers(article: Article) -> tuple:
    row = Article.objects.select_related("provider").get(pk=article.pk)
    return row.slug, row.title, row.excerpt, row.url, row.provider.domain, row.state, row.reviewed_by


@pytest.mark.parametrize("other", OTHERS)
def test_a_document_of_another_article_makes_a_new_one(tmp_path, moderator, other):
    article = published(tmp_path, moderator)
    before = seen_by_readers(article)
    write(tmp_path, {"a.md": document(**MONDAY | other | {"published": "true"})})

    _, items = run(tmp_path)

    assert items["a.md"].verdict == "created"
    assert f"article {article.pk}" in str(items["a.md"].messages)
    new = Article.objects.get(path="a.md")
    assert (new.pk != article.pk, new.reviewed_by) == (True, None)
    article.refresh_from_db()
    assert (seen_by_readers(article), article.path) == (before, None)


@pytest.mark.parametrize("other", OTHERS)
def test_a_document_that_comes_back_finds_its_article_again(tmp_path, moderator, other):
    article = published(tmp_path, moderator)
    for fields in (other, {}):
        write(tmp_path, {"a.md": document(**MONDAY | fields)})
        run(tmp_path)

    assert (Article.objects.get(path="a.md").pk, Article.objects.count()) == (article.pk, 2)


def test_files_that_change_places_keep_their_articles(tmp_path, moderator):
    stories = [{"webUrl": f"https://news.example/{n}", "title": f"Story {n}"} for n in range(4)]
    write(tmp_path, {f"{n}.md": document(**story) for n, story in enumerate(stories)})
    run(tmp_path)
    before = dict(Article.objects.values_list("title", "pk"))
    write(tmp_path, {f"{(n + 1) % 4}.md": document(**story) for n, story in enumerate(stories)})

    assert set(verdicts(tmp_path).values()) == {"updated"}

    assert dict(Article.objects.values_list("title", "pk")) == before
    assert dict(Article.objects.values_list("path", "title"))["1.md"] == "Story 0"


@pytest.mark.parametrize("change", ELSEWHERE)
def test_a_reviewed_article_that_leads_elsewhere_waits_unchanged(tmp_path, moderator, change):
    article = published(tmp_path, moderator)
    before = seen_by_readers(article)
    write(tmp_path, {"a.md": document(**MONDAY | change)})

    assert verdicts(tmp_path) == {"a.md": "conflict"}

    article.refresh_from_db()
    assert (seen_by_readers(article), article.queue) == (before, "changed")
    assert verdicts(tmp_path) == {"a.md": "unchanged"}
    moderation.decide(article, Publish(), by=moderator, version=article.version)
    article.refresh_from_db()
    assert (article.queue, article.conflicts, seen_by_readers(article)) == ("", [], before)


def test_what_waits_goes_on_waiting_whatever_its_document_says_next(tmp_path, moderator):
    article = published(tmp_path, moderator)
    before = seen_by_readers(article)
    elsewhere = MONDAY | {"webUrl": "https://news.example/tuesday"}
    links = '[{webUrl: "https://r.example/1"}]'
    for fields in ({}, {"title": "Another title"}, {"related": links}, {"heat": "7"}):
        write(tmp_path, {"a.md": document(**elsewhere | fields)})
        run(tmp_path)

        article.refresh_from_db()
        assert (seen_by_readers(article), article.queue, article.related.count()) == (before, "changed", 0)

    write(tmp_path, {"a.md": document(**MONDAY)})
    run(tmp_path)

    article.refresh_from_db()
    assert (seen_by_readers(article), article.conflicts) == (before, [])


@pytest.mark.parametrize("change", ELSEWHERE)
def test_an_article_that_nobody_reviewed_follows_its_document(tmp_path, change):
    write(tmp_path, {"a.md": document(**MONDAY)})
    run(tmp_path)
    write(tmp_path, {"a.md": document(**MONDAY | change)})

    assert verdicts(tmp_path) == {"a.md": "updated"}
    assert Article.objects.get().queue == "pending"


@pytest.mark.parametrize("change", THE_SAME)
def test_another_spelling_or_title_is_the_same_article(tmp_path, moderator, change):
    article = published(tmp_path, moderator)
    write(tmp_path, {"a.md": document(**MONDAY | change)})

    assert verdicts(tmp_path) == {"a.md": "updated"}

    article.refresh_from_db()
    assert (article.path, article.queue, article.state) == ("a.md", "", "published")


def test_conflicts_never_change_without_an_event_and_a_version(tmp_path, editor):
    write(tmp_path, {"a.md": document(heat="1")})
    run(tmp_path)
    article = Article.objects.get()
    moderation.score(article, by=editor, version=1, heat=9)
    for heat in ("2", "9"):
        write(tmp_path, {"a.md": document(heat=heat)})
        run(tmp_path)
        article.refresh_from_db()

    events = list(Event.objects.filter(article=article).order_by("pk"))
    assert [event.after.get("conflicts") for event in events[1:]] == [["heat"], []]
    assert [event.version for event in events] == list(range(2, article.version + 1))


@pytest.mark.parametrize("twin", ["http://news.example/monday", "https://www.news.example/monday/"])
def test_twins_are_possible_duplicates(tmp_path, twin):
    write(tmp_path, {"a.md": document(**MONDAY), "b.md": document(**MONDAY | {"webUrl": twin, "title": "B"})})

    assert verdicts(tmp_path) == {"a.md": "created", "b.md": "duplicate"}
    assert Article.objects.get(path="b.md").duplicate_of.path == "a.md"
