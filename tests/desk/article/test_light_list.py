"""The light list of related links: one tick box a row, a form where one was opened, and steps without script."""

import re
from datetime import UTC, datetime

import pytest

from articles import moderation
from articles.models import Article, Event
from articles.relevance import CUT
from tests.desk.article.curating import form, listed, send, titles
from tests.desk.article.page import page_of, sent_of
from tests.factories import make_article, make_provider

pytestmark = pytest.mark.django_db

FIELDS = re.compile(r"<(?:input|select|textarea)\b")


@pytest.fixture
def five(db) -> Article:
    return make_article(related=[{"title": title} for title in "ABCD"] + [{"title": "E", "origin": "editor"}])


def step(desk, article, do, **sent):
    """What the page shows after a button; nothing is saved by it."""
    answer = send(desk, article, form(desk, article) | {name.replace("_", "-"): v for name, v in sent.items()} | do)
    assert answer.status_code == 200
    assert not Event.objects.exists()
    return answer


def do(name: str) -> dict[str, str]:
    return {"related-do": name}


def shown(answer) -> str:
    """The titles in their order; of hidden links in lower case, of removed ones in brackets."""
    rows = answer.context["related"].rows
    names = [row.title.lower() if row.hidden else row.title for row in rows]
    return "".join(f"({name})" if row.removed else name for name, row in zip(names, rows, strict=True))


def test_a_page_of_179_links_is_light(desk):
    words = "Something of the length of a usual title, which has some seventy letters"
    article = make_article(
        body="",
        related=[
            {
                "title": f"{words} {n}",
                "url": f"https://www.news.example/2021/07/{'a-slug-of-the-usual-length' * 2}-{n}",
                "excerpt": f"{words} {words} {n}",
                "published_at": datetime(2021, 7, 1, tzinfo=UTC),
                "quality": 100,
                "provider": make_provider(name="A provider") if n == 0 else None,
            }
            for n in range(179)
        ],
    )

    page = desk.get(page_of(article))

    assert len(page.content) <= 150_000
    assert len(FIELDS.findall(page.text)) <= 300


@pytest.mark.parametrize(
    ("button", "ticks", "place", "expected"),
    [
        ("hide", [1, 3], "", "aBcDE"),
        ("keep", [2, 5], "", "BEacd"),
        ("below", [1, 3], "", "ABCde"),
        ("remove", [4, 5], "", "ABCD(E)"),
        ("move", [4, 5], "1", "DEABC"),
        ("move", [1], "99", "BCDEA"),
        ("move", [5, 2], "0", "BEACD"),
        ("first", [], "2", "ABcde"),
        ("first", [], "0", "abcde"),
        ("hide", [], "", "ABCDE"),
        ("move", [1], "", "ABCDE"),
        ("move", [1], "9" * 5000, "ABCDE"),
        ("first", [], "x\x00", "ABCDE"),
        ("hide", [77, "x"], "", "ABCDE"),
        ("sort", [], "", "ABCDE"),
        ("nothing", [1], "1", "ABCDE"),
    ],
)
def test_a_step_is_shown_and_save_makes_it_last(desk, five, button, ticks, place, expected):
    answer = step(desk, five, do(button), related_tick=ticks, related_place=place)

    assert shown(answer) == expected
    send(desk, five, sent_of(answer))
    left = [link.title.lower() if link.hidden else link.title for link in five.related.order_by("position")]
    assert "".join(left) == expected.replace("(E)", "")


def test_what_was_hidden_or_removed_is_shown_again_by_one_step(desk, five):
    everything = {"related_hidden": "1 2", "related_removed": "5", "related_tick": [1, 5]}

    assert shown(step(desk, five, do("show"), **everything)) == "AbCDE"


@pytest.mark.parametrize(("place", "expected"), [("2-4", "BCD"), ("4–2", "BCD"), ("3", "C"), ("0 1", "A"), ("9", "")])
def test_a_range_is_ticked(desk, five, place, expected):
    answer = step(desk, five, do("range"), related_place=place)

    assert "".join(row.title for row in answer.context["related"].rows if row.ticked) == expected


def test_what_the_filter_shows_is_ticked_at_once_and_what_was_ticked_before_stays(desk):
    kinds = [{"title": "Snow", "hidden": True}, {"title": "Rain"}, {"title": "Snów", "excerpt": "deep"}]
    article = make_article(related=kinds)

    answer = step(desk, article, do("all"), related_words="SNOW", related_tick=[2])
    hidden = step(desk, article, do("filter"), related_words="", related_kind="hidden")
    odd = step(desk, article, do("filter"), related_words="\x00 nowhere", related_kind="odd")

    assert [(row.title, row.ticked, row.is_shown) for row in answer.context["related"].rows] == [
        ("Snow", True, True),
        ("Rain", True, False),
        ("Snów", True, True),
    ]
    assert [row.is_shown for row in hidden.context["related"].rows] == [True, False, False]
    assert not any(row.is_shown for row in odd.context["related"].rows)


@pytest.mark.parametrize(
    ("order", "expected"),
    [("newest", "BCAD"), ("quality", "CABD"), ("relevance", "BCAD"), ("saved", "BCAD"), ("x", "CBAD")],
)
def test_what_readers_see_is_sorted_and_the_rest_stays_below(desk, order, expected):
    article = make_article(
        related=[
            {"title": "A", "quality": 2, "relevance": CUT},
            {"title": "B", "quality": 1, "published_at": datetime(2021, 7, 2, tzinfo=UTC), "relevance": 0.9},
            {"title": "C", "quality": 3, "published_at": datetime(2021, 7, 1, tzinfo=UTC), "relevance": 0.8},
            {"title": "D", "quality": 9, "published_at": datetime(2021, 7, 9, tzinfo=UTC), "relevance": 0},
        ]
    )

    answer = step(desk, article, do("sort"), related_order="3 2 1", related_sort=order)

    assert "".join(listed(answer)) == expected


# The form of a link


def test_a_link_is_opened_and_nothing_typed_is_lost(desk, five):
    typed = {"title": "A better title", "related_hidden": "2", "related_order": "5 1 2 3 4"}
    opened = step(desk, five, do("edit-3"), **typed)
    sent = sent_of(opened)
    assert (sent["related-3-title"], sent["title"]) == ("C", "A better title")
    assert "related-2-title" not in sent
    assert "Not saved yet: save" in opened.text

    again = send(desk, five, sent | {"related-3-title": "C, better"} | do("edit-1"))
    send(desk, five, sent_of(again))

    five.refresh_from_db()
    assert (five.title, titles(five)) == ("A better title", ["E", "A", "B", "C, better", "D"])
    assert [link.title for link in five.related.filter(hidden=True)] == ["B"]


@pytest.mark.parametrize("button", ["edit-3", "filter", "all"])
def test_a_step_that_changes_nothing_says_of_nothing_that_it_is_not_saved(desk, five, button):
    assert "Not saved yet: save" not in step(desk, five, do(button)).text


def test_an_open_form_that_nobody_typed_in_changes_nothing(desk, five):
    opened = step(desk, five, do("edit-1"))

    send(desk, five, sent_of(opened))

    assert not Event.objects.exists()


# Beside colleagues


def test_what_others_placed_stands_as_placed_and_what_they_removed_and_nobody_here_touched_stays_away(
    desk, other, five
):
    sent = form(desk, five)
    links = [{"pk": link.pk} for link in five.related.all()]
    new = {"url": "https://new.example/", "title": "New"}
    moderation.curate(five, by=other, version=1, related=[new, *links[1::-1], *links[2:4]])

    answer = send(desk, five, sent | {"related-hidden": "3"})

    assert answer.status_code == 409
    assert shown(answer) == "NewBAcD"


def test_a_link_that_a_colleague_hid_stays_hidden_where_it_was_not_touched(desk, other, five):
    sent = form(desk, five)
    links = [{"pk": link.pk} for link in five.related.all()]
    moderation.curate(five, by=other, version=1, related=[*links[:3], {**links[3], "hidden": True}, links[4]])

    answer = send(desk, five, sent | {"related-order": "2 1"})

    assert shown(answer) == "BACdE"
    send(desk, five, sent_of(answer))
    assert [link.title for link in five.related.filter(hidden=False)] == ["B", "A", "C", "E"]


@pytest.mark.parametrize("pks", ["", "1", "x y z", "9 9 9 9 9", "0 0 0 0 0", "9" * 5000])
def test_odd_numbers_of_links_break_nothing(desk, five, pks):
    answer = send(desk, five, form(desk, five) | {"related-pks": pks, "related-order": "2 1"})

    assert answer.status_code in (302, 409, 422)
    assert sorted(titles(five)) == ["A", "B", "C", "D", "E"]
