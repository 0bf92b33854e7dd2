"""The history of an article at the desk: what changed word by word, and every earlier value within reach."""

from datetime import UTC, datetime

import pytest

from articles import moderation
from articles.history.diff import MOST_WORDS_INLINE, word_diff
from articles.models import Article, Event, ImportFile, ImportRun, Reason
from articles.moderation import Why
from tests.desk.article.page import page_of
from tests.factories import make_article, make_image, make_provider, make_topic

pytestmark = pytest.mark.django_db


def changes(answer) -> dict[str, list[tuple[str, str]]]:
    return {
        change.name: [tuple(piece) for piece in change.pieces]
        for event in answer.context["events"]
        for change in event.changes
    }


def test_words_that_went_and_came_are_told_apart():
    assert word_diff("the quick brown fox", "the slow brown fox jumps") == [
        ("same", "the "),
        ("gone", "quick"),
        ("new", "slow"),
        ("same", " brown fox"),
        ("new", " jumps"),
    ]
    assert word_diff(["a", "b"], ["b", "a"]) == [("new", "b\n"), ("same", "a\n"), ("gone", "b\n")]
    assert word_diff(3, 7) == [("gone", "3"), ("same", " → "), ("new", "7")]
    assert word_diff(None, "x") == [("new", "x")]
    assert word_diff(True, False) == [("gone", "yes"), ("same", " → "), ("new", "no")]


def test_a_very_long_text_is_compared_in_little_time():
    long = " ".join(f"word{n}" for n in range(MOST_WORDS_INLINE * 3))

    assert [piece.kind for piece in word_diff(long, long[::-1])] == ["gone", "same", "new"]


def test_history_says_who_did_what_and_why(desk, other):
    article = make_article(title="The quick fox", published=True)
    moderation.edit(article, by=other, version=1, title="The slow fox")
    moderation.withdraw(article, by=other, version=2, why=Why(Reason.objects.get(slug="wrong"), "It was a dog"))

    answer = desk.get(page_of(article, "history/"))

    assert changes(answer)["title"] == [("same", "The "), ("gone", "quick"), ("new", "slow"), ("same", " fox")]
    for text in ("colleague", "Wrong or misleading", "It was a dog", "<del>", "<ins>"):
        assert text in answer.text
    assert "reviewed by" not in answer.text


def test_history_asks_as_often_for_one_entry_as_for_thirty(desk, other, django_assert_num_queries):
    few, many = make_article(), make_article()
    moderation.score(few, by=other, version=1, heat=1)
    for n in range(30):
        moderation.score(many, by=other, version=n + 1, heat=n)
    desk.get(page_of(few, "history/"))

    for article in (few, many):
        with django_assert_num_queries(10):
            desk.get(page_of(article, "history/"))


def test_history_tells_which_imports_told_something_of_the_article(desk):
    article, run = make_article(), ImportRun.objects.create()
    ImportFile.objects.create(run=run, path="_news/a.md", verdict="updated", article=article)
    ImportFile.objects.create(run=run, path="_news/b.md", verdict="updated", article=make_article())

    page = desk.get(page_of(article, "history/"))

    assert [file.path for file in page.context["imports"]] == ["_news/a.md"]
    assert f'href="/desk/imports/runs/{run.pk}/"' in page.text


def test_undo_is_offered_where_it_can_be_done(desk, other):
    article = make_article()
    moderation.score(article, by=other, version=1, heat=1)
    moderation.score(article, by=other, version=2, heat=2)

    first, last = Event.objects.order_by("version")
    page = desk.get(page_of(article, "history/")).text

    assert f"/desk/events/{last.pk}/undo/" in page
    assert f"/desk/events/{first.pk}/undo/" not in page


# Restoring


def restore(desk, article, field: str, event=None, version=None):
    event = event or Event.objects.filter(article=article).order_by("version").first()
    version = version or Article.objects.get(pk=article.pk).version
    return desk.post(page_of(article, "restore/"), {"restore": f"{event.pk}-{field}", "version": version})


def test_every_kind_of_field_is_restored(desk, other):
    topics, images = [make_topic(), make_topic()], [make_image(), make_image()]
    article = make_article(topics=topics, images=images, title="Before", body="x")
    before = Article.objects.get()
    earlier = {"title": "Before", "provider": before.provider, "published_at": before.published_at, "slug": before.slug}
    moderation.edit(
        article,
        by=other,
        version=1,
        title="After",
        provider=make_provider(),
        published_at="2022-02-02T02:02Z",
        slug="after",
        topics=topics[::-1],
        images=images[:1],
    )
    moderation.edit(article, by=other, version=2, title="Later")

    for field in (*earlier, "topics", "images"):
        event = Event.objects.filter(article=article, version=2).get()
        assert restore(desk, article, field, event).status_code == 302, field

    article.refresh_from_db()
    assert {name: getattr(article, name) for name in earlier} == earlier
    assert [link.topic for link in article.topic_links.all()] == topics
    assert [link.image for link in article.image_links.all()] == images


def test_scores_schedule_and_links_are_restored_by_their_verbs(desk, other):
    article = make_article(
        heat=5, related=[{"title": "A", "published_at": datetime(2021, 1, 1, tzinfo=UTC)}, {"title": "B"}]
    )
    moderation.score(article, by=other, version=1, heat=9)
    moderation.schedule(article, by=other, version=2, publish_at="2030-01-01T00:00Z")
    links = [{"pk": link.pk} for link in article.related.all()]
    moderation.curate(article, by=other, version=3, related=[{**links[1], "title": "B, changed"}])
    score, schedule, curate = Event.objects.order_by("version")

    for field, event in (("heat", score), ("publish_at", schedule), ("related", curate)):
        assert restore(desk, article, field, event).status_code == 302, field

    article.refresh_from_db()
    assert (article.heat, article.publish_at) == (5, None)
    assert [(link.title, link.hidden) for link in article.related.all()] == [("A", False), ("B", False)]
    assert list(Event.objects.order_by("version").values_list("verb", flat=True))[3:] == ["score", "schedule", "curate"]


def test_what_is_no_longer_there_is_not_restored(desk, other):
    gone = make_provider(domain="gone.example")
    article = make_article(provider=gone)
    moderation.edit(article, by=other, version=1, provider=make_provider())
    gone.delete()

    answer = restore(desk, article, "provider")

    assert answer.status_code == 422
    assert "gone.example" in answer.text


@pytest.mark.parametrize("field", ["published", "reviewed_by", "secured", "version", "", "nonsense"])
def test_decisions_and_secrets_are_not_restored(desk, other, field):
    article = make_article()
    moderation.publish(article, by=other, version=1)

    assert restore(desk, article, field).status_code == 422
    assert Event.objects.count() == 1


def test_the_value_of_another_article_is_not_restored(desk, other):
    article, stranger = make_article(), make_article()
    moderation.score(stranger, by=other, version=1, heat=9)

    assert restore(desk, article, "heat", Event.objects.get()).status_code == 422


def test_restoring_is_refused_when_the_field_has_changed_since(desk, other):
    article = make_article(title="First")
    moderation.edit(article, by=other, version=1, title="Second")
    event = Event.objects.get()
    moderation.edit(article, by=other, version=2, title="Third")

    stale = restore(desk, article, "title", event, version=2)
    assert (stale.status_code, [c.name for c in stale.context["conflict"].clashes]) == (409, ["title"])
    assert restore(desk, article, "title", event, version=3).status_code == 302
    assert Article.objects.get().title == "First"
