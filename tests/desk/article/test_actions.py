"""Schedule, duplicates, pin, delete."""

import pytest

from articles import moderation
from articles.models import Article, Tombstone
from tests.desk.article.page import page_of, sent_of
from tests.factories import make_article, make_related

pytestmark = pytest.mark.django_db


def test_a_schedule_is_set_in_the_time_zone_that_the_page_names(desk, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    article = make_article(published=True)

    answer = desk.post(page_of(article), {"version": 1, "publish_at": "2030-01-01T12:00"})

    assert answer.status_code == 302
    article.refresh_from_db()
    assert article.publish_at.isoformat() == "2030-01-01T11:00:00+00:00"
    assert "Europe/Berlin" in desk.get(page_of(article)).text


def test_a_schedule_that_ends_before_it_begins_is_refused(desk):
    article = make_article()

    answer = desk.post(
        page_of(article),
        {"version": 1, "publish_at": "2030-01-02T12:00", "expires_at": "2030-01-01T12:00"},
    )

    assert answer.status_code == 422
    assert answer.context["schedule"].errors
    assert sent_of(answer)["expires_at"] == "2030-01-01T12:00"


def test_duplicates_are_marked_and_unmarked(desk):
    first, second = make_article(title="First"), make_article(title="Second")

    answers = [
        desk.post(page_of(second, "story/duplicate/"), {"version": 1, "other": "typed", "of": of})
        for of in ("nothing", second.pk, f"http://testserver/desk/articles/{first.pk}/")
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 302]
    second.refresh_from_db()
    assert second.duplicate_of == first
    assert "Second" in desk.get(page_of(first)).text

    desk.post(page_of(second, "story/duplicate/"), {"version": 2, "other": ""})
    second.refresh_from_db()
    assert second.duplicate_of is None


def test_articles_with_the_same_link_are_named(desk):
    article, twin = make_article(), make_article(title="The twin", web_url="https://same.example/1?utm_source=x")
    Article.objects.filter(pk=article.pk).update(canonical_url=twin.canonical_url, twin_key=twin.twin_key)

    likes = desk.get(page_of(article)).context["story"].all
    assert [(like.article.title, like.why) for like in likes] == [("The twin", "same link")]


def test_pinning_survives_another_persons_other_change_but_not_the_same_one(desk, other):
    article = make_article(published=True)
    moderation.score(article, by=other, version=1, heat=3)
    assert desk.post(page_of(article, "pin/"), {"version": 1, "pinned": "1"}).status_code == 302
    article.refresh_from_db()
    assert article.pinned_at is not None

    answer = desk.post(page_of(article, "pin/"), {"version": 2, "pinned": "0"})

    assert answer.status_code == 409
    assert [clash.name for clash in answer.context["conflict"].clashes] == ["pinned_at"]


def test_deleting_asks_once_more_and_leaves_a_tombstone(desk):
    article = make_article(title="Gone")
    pk = article.pk

    asked = desk.post(page_of(article, "delete/"), {"version": 1})
    assert (asked.status_code, Article.objects.count()) == (200, 1)
    done = desk.post(page_of(article, "delete/"), {"version": 1, "sure": "1"})

    assert done.url == f"/desk/articles/{pk}/history/"
    assert Tombstone.objects.get().title == "Gone"
    assert desk.get(done.url).status_code == 200
    assert desk.get(f"/desk/articles/{pk}/").status_code == 404
    again = desk.post(f"/desk/articles/{pk}/", {"version": 1, "title": "What I typed"})
    assert again.status_code == 409
    assert "What I typed" in again.text


def test_before_an_article_is_deleted_the_links_of_others_to_it_are_counted(desk):
    article = make_article()
    said = [{"title": "One", "url": article.web_url}] * 3 + [{"title": "Other words", "url": article.web_url}]
    for other, values in zip([article, make_article(), make_article(), make_article()], said, strict=True):
        make_related(other, target=article, **values)

    asked = desk.post(page_of(article, "delete/"), {"version": 1})

    assert asked.context["links"] == 3
