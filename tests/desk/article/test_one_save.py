"""One Save for the whole page: all sections in one transaction and one batch, or nothing."""

import re

import pytest

from articles import moderation
from articles.models import Article, Event
from tests.desk.article.page import clashes, page_of, said, sent_of, untouched
from tests.factories import make_article, make_image

pytestmark = pytest.mark.django_db

CHANGED = {
    "title": "New",
    "publish_at": "2030-01-01T12:00",
    "related-order": "2 1",
    "images-1-attribution": "Ann",
    "heat": "7",
    "notes": "Ask them",
}


@pytest.fixture
def article(db) -> Article:
    return make_article(title="Old", related=[{"title": "A"}, {"title": "B"}], images=[make_image()])


def verbs() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("verb", flat=True))


def test_all_sections_are_saved_by_one_request_in_one_batch(desk, article):
    answer = desk.post(page_of(article), untouched(desk, article) | CHANGED)

    assert (answer.status_code, answer.url) == (302, page_of(article))
    article.refresh_from_db()
    assert (article.title, article.heat, article.notes, article.publish_at.year) == ("New", 7, "Ask them", 2030)
    assert [link.title for link in article.related.order_by("position")] == ["B", "A"]
    assert article.image_links.get().attribution == "Ann"
    assert verbs() == ["edit", "score", "schedule", "curate", "note"]
    assert Event.objects.values("batch").distinct().count() == 1


def test_one_undo_takes_the_whole_save_back_and_stays_on_the_page(desk, article):
    desk.post(page_of(article), untouched(desk, article) | CHANGED)
    address = re.search(r'action="(/desk/batches/[-0-9a-f]+/undo/)"', desk.get(page_of(article)).text)[1]

    answer = desk.post(address, {"next": page_of(article)})

    assert answer.url == page_of(article)
    article.refresh_from_db()
    assert (article.title, article.heat, article.notes, article.publish_at) == ("Old", -1, "", None)
    assert [link.title for link in article.related.order_by("position")] == ["A", "B"]


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ({"heat": "-9"}, "greater than or equal to -1"),
        ({"related-3-url": "javascript:alert(1)"}, "not an http(s) link"),
        ({"related-3-url": "https://related.example/twice", "related-4-url": "https://related.example/twice"}, "twice"),
        ({"expires_at": "2029-01-01T12:00"}, "over before it begins"),
        ({"title": ""}, "This field is required."),
    ],
)
def test_a_fault_in_one_section_saves_nothing_and_keeps_all_that_was_typed(desk, article, fault, complaint):
    sent = untouched(desk, article) | CHANGED | fault

    answer = desk.post(page_of(article), sent)

    assert answer.status_code == 422
    assert complaint in " ".join(problem.message for problem in answer.context["problems"])
    again = sent_of(answer)
    assert {name: again[name] for name in ("title", "publish_at", "heat", "notes", "version")} == {
        name: sent[name] for name in ("title", "publish_at", "heat", "notes", "version")
    }
    assert (again["images-1-attribution"], again["related-order"][:1]) == ("Ann", "2")
    assert not Event.objects.exists()


def test_a_conflict_in_one_section_keeps_what_was_typed_in_all(desk, other, article):
    sent = untouched(desk, article) | CHANGED
    moderation.score(article, by=other, version=1, heat=3)

    answer = desk.post(page_of(article), sent)

    assert answer.status_code == 409
    assert clashes(answer) == [("heat", "-1", "3", "7")]
    again = sent_of(answer)
    assert (again["title"], again["heat"], again["notes"], again["version"]) == ("New", "7", "Ask them", "2")
    article.refresh_from_db()
    assert (article.title, article.heat) == ("Old", 3)
    assert desk.post(page_of(article), again | {"use-heat": "theirs"}).status_code == 302
    article.refresh_from_db()
    assert (article.title, article.heat) == ("New", 3)


def test_a_decision_is_carried_out_on_what_is_saved_with_it(desk, article):
    answer = desk.post(page_of(article), untouched(desk, article) | {"title": "New", "decide": "publish"})

    assert said(answer) == ["Saved: title. “New” published."]
    article.refresh_from_db()
    assert (article.title, article.published) == ("New", True)
    assert verbs() == ["edit", "publish"]


def test_a_decision_that_is_refused_saves_nothing_either(desk, other, article):
    sent = untouched(desk, article) | {"title": "New"}

    without_reason = desk.post(page_of(article), sent | {"decide": "reject", "reject-note": "Because"})
    moderation.score(article, by=other, version=1, heat=3)
    stale = desk.post(page_of(article), sent | {"decide": "publish"})

    assert (without_reason.status_code, stale.status_code) == (422, 409)
    assert "Choose a reason: readers and colleagues will ask." in without_reason.text
    assert "Because" in without_reason.text
    assert (sent_of(without_reason)["title"], sent_of(stale)["title"]) == ("New", "New")
    article.refresh_from_db()
    assert (article.title, article.published) == ("Old", False)


@pytest.mark.parametrize("button", [{"related-do": "2-up"}, {"images-do": "1-up"}, {"hold": "claim"}])
def test_a_button_that_saves_nothing_keeps_what_was_typed_in_all_sections(desk, article, button):
    answer = desk.post(page_of(article), untouched(desk, article) | {"title": "New", "notes": "Ask them"} | button)

    assert answer.status_code == 200
    assert (sent_of(answer)["title"], sent_of(answer)["notes"]) == ("New", "Ask them")
    assert not Event.objects.exists()


def test_a_button_of_its_own_does_its_one_thing_and_overwrites_no_colleague_later(desk, other, article):
    sent = untouched(desk, article) | {"title": "Mine"}
    moderation.edit(article, by=other, version=1, title="Theirs")

    marked = desk.post(page_of(article, "story/duplicate/"), sent | {"of": str(make_article().pk), "other": "typed"})
    again = sent_of(marked)
    saved = desk.post(page_of(article), again)

    assert (marked.status_code, again["title"]) == (200, "Mine")
    assert saved.status_code == 409
    assert clashes(saved) == [("title", "Old", "Theirs", "Mine")]
