"""Related links at the desk, saved beside colleagues: nothing typed is lost, and nothing of theirs is undone."""

import pytest

from articles import moderation
from articles.models import Article, Event
from tests.desk.article.curating import form, listed, send, titles
from tests.desk.article.page import clashes, form_of, said, sent_of
from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(db) -> Article:
    return make_article(related=[{"title": "A"}, {"title": "B"}, {"title": "C"}])


def test_links_and_text_merge(desk, other, three):
    sent = form(desk, three)
    moderation.edit(three, by=other, version=1, title="Theirs")

    answer = send(desk, three, sent | {"related-order": "3 1 2"})

    assert answer.status_code == 302
    three.refresh_from_db()
    assert (three.title, titles(three)) == ("Theirs", ["C", "A", "B"])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"related-1-title": "Mine"}, [("Mine", False), ("B, theirs", False)]),
        ({"related-1-excerpt": "Mine"}, [("A", False), ("B, theirs", False)]),
        ({"related-order": "2 1"}, [("B, theirs", False), ("A", False)]),
        ({"related-hidden": "2"}, [("A", False), ("B, theirs", True)]),
        ({"related-2-excerpt": "Mine"}, [("A", False), ("B, theirs", False)]),
        ({"related-2-title": "B, mine"}, [("A", False), ("B, mine", False)]),
        ({"related-1-url": "https://mine.example/"}, [("A", False), ("B, theirs", False)]),
    ],
)
def test_what_was_done_to_a_link_survives_a_colleague_and_what_was_not_is_theirs(desk, other, typed, kept):
    article = make_article(related=[{"title": "A"}, {"title": "B"}])
    sent = form(desk, article)
    first, second = article.related.all()
    moderation.curate(article, by=other, version=1, related=[{"pk": first.pk}, {"pk": second.pk, "title": "B, theirs"}])

    refused = send(desk, article, sent | typed)
    send(desk, article, sent_of(refused))

    assert [name for name, *_ in clashes(refused)] == ["related"]
    assert [(link.title, link.hidden) for link in article.related.all()] == kept
    assert Article.objects.get().version == 3


# Closed


def test_a_list_is_closed_with_the_same_save(desk, three):
    send(desk, three, form(desk, three) | {"related-closed": "on", "related-order": "3 1 2"})

    event = Event.objects.get()
    assert (event.verb, event.after["related_closed"], sorted(event.after)) == (
        "curate",
        True,
        ["related", "related_closed"],
    )
    assert Article.objects.get().related_closed
    again = form(desk, three)
    assert again.pop("related-closed") == "on"
    send(desk, three, again)
    assert not Article.objects.get().related_closed
    assert "".join(titles(three)) == "CAB"


def test_a_tick_survives_a_button_that_saves_nothing(desk, three):
    moved = send(desk, three, form(desk, three) | {"related-closed": "on", "related-do": "2-up"})

    assert sent_of(moved)["related-closed"] == "on"
    assert not Event.objects.exists()


def test_a_list_is_closed_beside_a_colleague_who_orders_it(desk, other, three):
    sent = form(desk, three)
    links = [{"pk": link.pk} for link in three.related.all()]
    moderation.curate(three, by=other, version=1, related=links[::-1])

    answer = send(desk, three, sent | {"related-closed": "on"})

    assert answer.status_code == 302
    assert (Article.objects.get().related_closed, titles(three)) == (True, ["C", "B", "A"])


def test_who_typed_nothing_is_shown_the_list_of_a_colleague(desk, other, three):
    sent = form(desk, three)
    links = [{"pk": link.pk} for link in three.related.all()]
    moderation.curate(three, by=other, version=1, related=links[::-1], related_closed=True)

    answer = send(desk, three, sent)

    assert listed(answer) == ["C", "B", "A"]
    assert sent_of(answer)["related-closed"] == "on"


def test_two_who_curate_at_once_see_both_lists(desk, other, three):
    sent = form(desk, three)
    links = [{"pk": link.pk} for link in three.related.all()]
    moderation.curate(three, by=other, version=1, related=links[::-1])

    answer = send(desk, three, sent | {"related-1-title": "A, mine"})

    assert answer.status_code == 409
    assert clashes(answer) == [("related", "A, B, C", "C, B, A", "A, mine, B, C")]
    # Who moved nothing leaves the order to the colleague who did.
    assert listed(answer) == ["C", "B", "A, mine"]
    assert send(desk, three, sent_of(answer)).status_code == 302
    assert titles(three) == ["C", "B", "A, mine"]


def test_a_link_that_a_colleague_removed_comes_back_where_it_was_wanted(desk, other):
    article = make_article(related=[{"title": "A", "origin": "editor"}, {"title": "B"}])
    sent = form(desk, article)
    moderation.curate(article, by=other, version=1, related=[{"pk": article.related.get(page__title="B").pk}])

    again = form_of(send(desk, article, sent | {"related-1-title": "A, mine"}), "article-form")
    send(desk, article, again)

    assert titles(article) == ["A, mine", "B"]


def test_a_double_click_adds_a_link_once(desk, three):
    sent = form(desk, three) | {"related-4-url": "https://new.example/", "related-4-title": "New"}

    first, second = (send(desk, three, sent) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    assert said(second)[-1] == "This is saved already: the article says just that."
    assert titles(three) == ["New", "A", "B", "C"]
