"""The steps on stories, as forms of the queue send them; with and without script they are the same."""

import pytest

from articles import moderation
from articles.models import Article, Event, StoryMember
from articles.stories.forming import form
from tests.factories import make_article
from tests.stories.some import story, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def crane():
    articles = story(0)
    form()
    return articles


def step(client, article, verb, version=1, **data):
    sent = {"version": version, "next": f"/desk/queue/?item={article.pk}"} | data
    return client.post(f"/desk/articles/{article.pk}/{verb}/", sent)


def test_the_item_names_what_is_like_it_and_offers_to_clear_the_story(desk, crane):
    item = desk.get(f"/desk/queue/?item={crane[0].pk}").context["item"]

    assert (item.likes.reports, item.likes.covering) == (3, "Publish this, cover the other 2")
    assert item.likes.copies_as_text == " ".join(f"{like.article.pk}:1" for like in item.likes.copies)


@pytest.mark.parametrize("script", [True, False])
def test_publish_and_cover_says_what_was_done_and_goes_on(desk, crane, script):
    first, *copies = crane
    sent = {"copy": [f"{copy.pk}:1" for copy in copies]} | ({"part": "1"} if script else {})

    answer = step(desk, first, "cover", **sent)

    assert answer.status_code == (200 if script else 302)
    assert [article.state for article in Article.objects.order_by("pk")] == ["published", "covered", "covered"]
    page = answer if script else desk.get(answer["Location"])
    assert "Published, and 2 reports covered." in page.text
    assert "/desk/batches/" in page.text


def test_what_waits_is_covered_with_the_report_that_is_published(desk, crane, moderator):
    first, second, third = crane
    moderation.publish(third, by=moderator, version=1)
    item = desk.get(f"/desk/queue/?item={first.pk}").context["item"]
    assert item.likes.covering == f"Cover these 2 with {third.provider.name}"

    step(desk, first, "cover", other=third.pk, copy=f"{second.pk}:1")

    assert [article.state for article in Article.objects.order_by("pk")] == ["covered", "covered", "published"]


@pytest.mark.parametrize(("version", "status"), [("", 422), (9, 409)])
@pytest.mark.parametrize("verb", ["cover", "duplicate", "group", "never", "split", "lead"])
def test_no_step_is_taken_on_what_was_not_seen(desk, crane, verb, version, status):
    first, second, _ = crane

    answer = step(desk, first, verb, version, other=second.pk if verb != "cover" else "", copy=f"{second.pk}:1")

    assert answer.status_code == status
    assert not Event.objects.exists()


def test_other_articles_that_are_not_there_are_refused_in_words(desk, crane):
    for verb in ("group", "never", "duplicate"):
        answer = step(desk, crane[0], verb, other="99999")
        assert (answer.status_code, "not there any more" in answer.text) == (422, True)
    assert "which reports" in step(desk, crane[0], "cover", copy="x").text


def test_group_and_never_are_undone_in_one_step(desk, crane):
    alone = tell(3)
    form()

    step(desk, crane[0], "group", other=alone.pk)
    assert StoryMember.objects.filter(story=StoryMember.objects.get(pk=alone.pk).story).count() == 4

    desk.post("/desk/undo/", {"last": "1", "next": "/desk/queue/"})
    assert not StoryMember.objects.filter(pk=alone.pk).exists()


def test_the_queue_by_story_has_one_row_for_each_among_what_matches(desk, crane):
    other = make_article(title="Something else", heat=5)
    rows = desk.get("/desk/queue/?by=story&order=oldest").context["page"].articles
    assert {row.pk for row in rows} == {crane[0].pk, other.pk}

    named = desk.get(f"/desk/queue/?by=story&provider={crane[2].provider.domain}").context["page"].articles
    assert [row.pk for row in named] == [crane[2].pk]


def test_the_article_page_offers_the_same_and_keeps_what_was_typed(desk, crane, moderator):
    first, second, third = crane
    path = f"/desk/articles/{first.pk}/"
    assert "One story, 3 reports" in desk.get(path).text

    answer = desk.post(f"{path}story/lead/", {"version": 1, "leads": "1", "next": path})
    assert answer.status_code == 302
    assert Article.objects.get(pk=first.pk).lead_at is not None

    desk.post(f"{path}story/split/", {"version": 2, "next": path})
    assert set(StoryMember.objects.values_list("pk", flat=True)) == {second.pk, third.pk}
    assert desk.post(f"{path}story/nonsense/", {"version": 3}).status_code == 404
