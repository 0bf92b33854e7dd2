"""The light list of related links: one tick box a row, a form where one was opened, and steps without script."""

import re
from datetime import UTC, datetime

import pytest

from articles import moderation
from articles.models import Article, Event, Likeness
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
                "relevance": 0.5 if n < 20 else 0.05,
                "shared": ["vulnerability", "Microsoft", "learning", "databases"],
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


# Placed, and ordered by relevance


@pytest.fixture
def rated(db) -> Article:
    """In the order of the document A to E; people see C, A, D, B, E, and readers the first three."""
    scores = {"A": 0.5, "B": 0.1, "C": 0.9, "D": CUT, "E": 0}
    return make_article(related=[{"title": title, "relevance": score} for title, score in scores.items()])


def saved(article: Article) -> str:
    """The titles in the order in which people see them; placed ones with a star."""
    rows = article.related.select_related("page").most_relevant_first()
    return "".join(f"{'(' if row.hidden else ''}{row.title}{'*' if row.placed else ''}" for row in rows)


@pytest.fixture
def steady(monkeypatch):
    """Texts of tests share no words: relevance stays as the test states it."""
    monkeypatch.setattr("articles.moderation.writer.rate_links", lambda rows: None)


@pytest.mark.parametrize(
    ("button", "ticks", "place", "expected"),
    [
        ("first", [], "2", "C*A*(D(B(E"),
        ("keep", [5, 4], "", "D*E*(C(A(B"),
        ("move", [5], "2", "C*E*ADB"),
        ("move", [4, 2], "1", "D*B*CAE"),
        ("2-up", [], "", "C*A*B*DE"),
        ("3-down", [], "", "A*C*DBE"),
        ("show", [2], "", "B*CADE"),
        ("below", [1], "", "CA(D(B(E"),
        ("hide", [3], "", "(CADBE"),
    ],
)
@pytest.mark.usefixtures("steady")
def test_what_is_moved_kept_or_shown_is_placed_with_what_stands_above(desk, rated, button, ticks, place, expected):
    answer = step(desk, rated, do(button), related_tick=ticks, related_place=place)

    assert [row.title for row in answer.context["related"].rows] == re.findall("[A-E]", expected)
    send(desk, rated, sent_of(answer))
    assert saved(rated) == expected


@pytest.mark.usefixtures("steady")
def test_what_is_let_go_stands_where_its_relevance_puts_it(desk, rated):
    send(desk, rated, sent_of(step(desk, rated, do("move"), related_tick=[5], related_place="2")))
    rated.refresh_from_db()
    assert saved(rated) == "C*E*ADB"

    sent = form(desk, rated) | {"related-tick": ["1", "2"]} | do("release")
    send(desk, rated, sent_of(send(desk, rated, sent)))

    assert saved(rated) == "CADBE"


@pytest.mark.usefixtures("steady")
def test_an_order_by_relevance_lets_all_go_and_another_places_what_readers_see(desk, rated):
    newest = sent_of(step(desk, rated, do("sort"), related_sort="newest"))
    send(desk, rated, newest)
    assert saved(rated) == "A*C*D*BE"

    rated.refresh_from_db()
    send(desk, rated, sent_of(send(desk, rated, form(desk, rated) | {"related-sort": "relevance"} | do("sort"))))
    assert saved(rated) == "CADBE"


@pytest.mark.usefixtures("steady")
def test_a_new_link_stands_last_of_what_is_placed(desk, rated):
    send(desk, rated, sent_of(step(desk, rated, do("move"), related_tick=[5], related_place="1")))
    rated.refresh_from_db()

    new = {"related-6-url": "https://new.example/", "related-6-title": "N"}
    send(desk, rated, form(desk, rated) | new)

    rows = rated.related.select_related("page").most_relevant_first()
    assert [(row.title, row.placed) for row in rows][:3] == [("E", True), ("N", True), ("C", False)]


def test_the_page_says_how_relevant_a_link_is_why_and_what_readers_see(desk):
    links = [{"title": "Noise", "relevance": 0.01}, {"title": "Fits", "relevance": 0.52, "shared": ["Cosmos", "Wiz"]}]

    page = " ".join(desk.get(page_of(make_article(related=links))).text.split())

    assert "relevance 0.52, shares: Cosmos, Wiz" in page
    assert "Readers see 1 of 2:" in page
    assert page.index("<b>Fits</b>") < page.index("<b>Noise</b>")
    assert page.count('class="link-row is-below') == 1


# Suggestions


def alike(article: Article, other: Article, score: float, *words: str) -> None:
    one, another = sorted([article, other], key=lambda row: row.pk)
    Likeness.objects.create(one=one, other=another, score=score, words=list(words))


def test_articles_that_are_like_it_and_not_among_its_links_are_suggested(desk):
    before, twin = make_article(title="Before"), make_article(title="Linked")
    article = make_article(related=[{"url": f"{twin.web_url}/", "title": "Linked"}])
    others = [make_article(title=f"Other {n}", published=n == 0) for n in range(6)]
    alike(article, before, 0.9, "Cosmos", "Wiz")
    alike(article, twin, 0.8, "Cosmos")
    for n, other in enumerate(others):
        alike(article, other, 0.5 - n / 100, "storm")

    answer = desk.get(page_of(article))

    suggested = answer.context["related"].suggested
    assert [found.title for found, _ in suggested] == ["Before", "Other 0", "Other 1", "Other 2", "Other 3"]
    page = " ".join(answer.text.split())
    assert "shares: Cosmos, Wiz" in page
    assert page.count('data-key="l"') == 5
    assert {"pending", "live"} <= {*re.findall(r'class="status state-(\w+)"', page)}


def test_a_suggestion_is_added_placed_and_by_an_editor(desk):
    article, other = make_article(related=[{"title": "A", "relevance": 0.9}]), make_article(title="Like it")
    alike(article, other, 0.4, "storm")

    added = step(desk, article, do(f"add-{other.pk}"))
    assert not added.context["related"].suggested
    send(desk, article, sent_of(added))

    link = article.related.get(page__title="Like it")
    assert (link.origin, link.placed, link.target) == ("editor", True, other)
    assert article.related.most_relevant_first()[0] == link
