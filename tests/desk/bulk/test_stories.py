"""Bulk decisions on stories: what they need is read for the preview, and one undo takes all back."""

import pytest

from articles import moderation
from articles.models import Article, Event, StoryMember
from articles.stories.forming import form
from tests.stories.some import story, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


def picks(articles) -> str:
    return " ".join(f"{article.pk}:{article.version}" for article in articles)


def states(articles) -> list[str]:
    return [Article.objects.get(pk=article.pk).state for article in articles]


def test_selected_reports_are_covered_with_what_is_published_of_their_stories(desk, moderator):
    crane, comet, alone = story(0), story(1), tell(2)
    form()
    for published in (crane[0], comet[2]):
        moderation.publish(published, by=moderator, version=1)
    waiting = [*crane[1:], *comet[:2], alone]

    preview = desk.post("/desk/bulk/", {"action": "cover", "selected": picks(waiting)})
    assert (preview.context["doable"], preview.context["left_number"]) == (4, 1)

    answer = desk.post("/desk/bulk/confirm/", {"action": "cover", "picks": preview.context["picks"]})
    assert answer.status_code == 302
    assert states(waiting) == ["covered"] * 4 + ["pending"]

    batch = Event.objects.filter(verb="cover").first().batch
    desk.post(f"/desk/batches/{batch}/undo/")
    assert states(waiting) == ["pending"] * 5


def test_selected_articles_are_marked_as_duplicates_of_the_one_that_is_named(desk):
    first, *others = story(0)

    preview = desk.post("/desk/bulk/", {"action": "duplicate", "selected": picks(others)})
    assert preview.context["doable"] == 2
    wrong = desk.post(
        "/desk/bulk/confirm/", {"action": "duplicate", "picks": picks(others), "of": "nothing"} | kept(others)
    )
    assert wrong.status_code == 422
    desk.post(
        "/desk/bulk/confirm/", {"action": "duplicate", "picks": picks(others), "of": f"/desk/articles/{first.pk}/"}
    )

    assert states(others) == ["duplicate"] * 2
    assert set(Article.objects.filter(duplicate_of=first)) == set(others)


def kept(articles) -> dict[str, str]:
    return {"selected": picks(articles)}


def test_selected_articles_become_one_story(desk):
    crane, comet = story(0, 1), story(1, 1)

    preview = desk.post("/desk/bulk/", {"action": "group", "selected": picks([*crane, *comet])})
    desk.post("/desk/bulk/confirm/", {"action": "group", "picks": preview.context["picks"]})

    assert StoryMember.objects.values("story").distinct().count() == 1
    assert StoryMember.objects.count() == 2


def test_one_article_alone_makes_no_story(desk):
    preview = desk.post("/desk/bulk/", {"action": "group", "selected": picks([tell(0)])})

    assert (preview.status_code, preview.context["doable"]) == (200, 0)
    assert "It takes two articles" in preview.text
