"""Covered articles and duplicates: where readers are led who come to them."""

import pytest
from django.utils import timezone

from articles import moderation
from articles.models import Article, ArticleOldSlug, Reason
from articles.moderation import Why
from articles.moderation.story_verbs import Cover, MarkDuplicate
from articles.moderation.writer import decide
from tests.factories import make_story
from tests.public.lists import DAY, titles
from tests.public.reports import HOUR, covered, report, reports_on

pytestmark = pytest.mark.django_db


def test_readers_of_a_covered_article_are_led_to_its_story_for_now(client, editor):
    lead, seen = report("Lead", quality=9), report("Seen")
    ArticleOldSlug.objects.create(slug="was-seen", article=seen)
    make_story(lead, seen)

    decide(seen, Cover(published={seen.pk: lead}), by=editor, version=1)

    for path in ("/articles/seen/", "/articles/was-seen/"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/stories/lead/")
    assert client.get("/stories/seen/").headers["Location"] == "/stories/lead/"
    assert reports_on(client.get("/stories/lead/").text)[1] == ("https://seen.example/it", "Seen")


def test_a_covered_article_that_readers_never_saw_has_no_address(client, editor):
    lead, unseen = report("Lead"), report("Unseen", published=False)
    ArticleOldSlug.objects.create(slug="was-unseen", article=unseen)
    make_story(lead, unseen)
    decide(unseen, Cover(published={unseen.pk: lead}), by=editor, version=1)

    for kind in ("articles", "stories"):
        never = client.get(f"/{kind}/never-was/")
        for slug in ("unseen", "was-unseen"):
            answer = client.get(f"/{kind}/{slug}/")
            assert (answer.status_code, answer.content) == (404, never.content)
    assert client.get("/stories/lead/").status_code == 200


def test_a_covered_article_without_a_public_story_is_gone(client, editor):
    lead, seen = report("Lead"), report("Seen")
    make_story(lead, seen)
    decide(seen, Cover(published={seen.pk: lead}), by=editor, version=1)
    moderation.withdraw(lead, by=editor, version=1, why=Why(Reason.objects.first()))

    answer = client.get("/articles/seen/")

    assert (answer.status_code, "Lead" in answer.text, "Seen" in answer.text) == (410, False, True)
    assert client.get("/stories/seen/").status_code == 404


def test_what_its_source_takes_back_is_listed_no_more(client, editor):
    lead, seen = report("Lead"), covered("Seen", editor, first_published_at=DAY)
    make_story(lead, seen, report("Other"))
    Article.objects.filter(pk=seen.pk).update(removed=True)

    assert client.get("/articles/seen/").status_code == 410
    assert "Seen" not in client.get("/stories/lead/").text


def test_readers_of_a_duplicate_are_led_to_the_other_article(client, editor):
    first, second, third = (report(title) for title in ("First", "Second", "Third"))
    ArticleOldSlug.objects.create(slug="was-first", article=first)
    decide(first, MarkDuplicate(of=second), by=editor, version=1)
    assert client.get("/articles/first/").headers["Location"] == "/articles/second/"
    decide(second, MarkDuplicate(of=third), by=editor, version=1)

    for path in ("/articles/first/", "/articles/was-first/", "/articles/second/"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (301, "/articles/third/")
    assert titles(client.get("/latest/").text) == ["Third"]
    assert client.get("/corrections/").text.count("First") == 0


def test_a_duplicate_of_what_readers_may_not_see_is_gone_and_does_not_tell_of_it(client, editor):
    hidden, seen = report("Hidden", published=False), report("Seen")
    decide(seen, MarkDuplicate(of=hidden), by=editor, version=1)

    answer = client.get("/articles/seen/")

    assert (answer.status_code, "hidden" in answer.text.lower()) == (410, False)


def test_a_duplicate_that_readers_never_saw_has_no_address(client, editor):
    unseen, scheduled = report("Unseen", published=False), report("Scheduled", publish_at=timezone.now() + HOUR)
    for article in (unseen, scheduled):
        decide(article, MarkDuplicate(of=report(f"Of{article.slug}")), by=editor, version=1)
    never = client.get("/articles/never-was/")

    for article in (unseen, scheduled):
        answer = client.get(article.get_absolute_url())
        assert (answer.status_code, answer.content) == (404, never.content)


@pytest.mark.parametrize("length", [1, 2, 3])
def test_duplicates_of_each_other_lead_nowhere(client, editor, length):
    ring = [report(f"R{n}", published=False, reviewed_by=editor, first_published_at=DAY) for n in range(length)]
    for one, other in zip(ring, [*ring[1:], ring[0]], strict=True):
        Article.objects.filter(pk=one.pk).update(cleared_as="duplicate", duplicate_of=other)

    assert [client.get(article.get_absolute_url()).status_code for article in ring] == [410] * length


def test_a_duplicate_of_a_covered_article_leads_to_the_story(client, editor):
    lead, other, copy = report("Lead", quality=9), report("Other"), report("Copy")
    make_story(lead, other)
    decide(other, Cover(published={other.pk: lead}), by=editor, version=1)
    decide(copy, MarkDuplicate(of=other), by=editor, version=1)

    answer = client.get("/articles/copy/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/stories/lead/")
