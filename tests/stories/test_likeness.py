"""Which reports are like each other. All texts are made up."""

from datetime import date

import pytest

from articles.stories.likeness import COPY, ONE_STORY, SUGGESTED, Likeness, likenesses, neighbourhood
from tests.stories.made import make_report, stories

TITLE = "Harbour bridge closed after tanker hits pillar"
EXCERPT = "The tanker Morning Star hit a pillar of the harbour bridge in fog, and trains are cancelled."
OTHER = ("Tanker crashes into harbour bridge", "Trains stand still since the Morning Star hit a pillar in the fog.")
FAR = ("Museum shows lost paintings", "Curators found eleven watercolours in an attic of the old town hall.")


def likeness_of(*reports) -> float:
    found = likenesses(reports)
    return found[0].score if found else 0.0


def test_two_reports_of_one_event_are_alike_and_say_by_which_words():
    (found,) = likenesses([make_report(1, TITLE, EXCERPT), make_report(2, *OTHER, hours=5)])

    assert found == Likeness(1, 2, found.score, ("Tanker", "bridge", "harbour", "hit", "pillar"))
    assert ONE_STORY <= found.score < COPY


def test_reports_of_two_events_are_not():
    assert likenesses([make_report(1, TITLE, EXCERPT), make_report(2, *FAR)]) == []


def test_the_earlier_report_comes_first():
    (found,) = likenesses([make_report(1, TITLE, EXCERPT, hours=5), make_report(2, *OTHER)])

    assert (found.a, found.b) == (2, 1)


@pytest.mark.parametrize(("hours", "alike"), [(0, True), (100, True), (120, True), (120.1, False), (9000, False)])
def test_an_event_is_told_within_five_days(hours, alike):
    assert bool(likenesses([make_report(1, TITLE, EXCERPT), make_report(2, *OTHER, hours=hours)])) is alike


@pytest.mark.parametrize(("days", "copy"), [(0, True), (8, True), (10, True), (10.1, False)])
def test_a_text_under_one_title_comes_out_within_ten_days(days, copy):
    again = make_report(2, TITLE.upper(), EXCERPT[:60], hours=days * 24)

    assert (likeness_of(make_report(1, TITLE, EXCERPT), again) == COPY) is copy


def test_another_text_under_an_old_title_is_no_copy():
    assert likenesses([make_report(1, TITLE, EXCERPT), make_report(2, TITLE, FAR[1], hours=7 * 24)]) == []


def test_the_same_page_is_the_same_report():
    reports = [make_report(1, TITLE, EXCERPT, page="a/b"), make_report(2, *FAR, page="a/b", hours=200)]

    assert [pair[:3] for pair in likenesses(reports)] == [(1, 2, COPY)]


def test_two_reports_of_one_provider_are_suggested_at_most():
    one = make_report(1, TITLE, EXCERPT, host="paper.example")
    again = make_report(2, f"{TITLE} again", EXCERPT, host="paper.example")

    assert SUGGESTED <= likeness_of(one, again) < ONE_STORY


def test_a_series_of_one_provider_is_not_one_story():
    products = "Amber Basalt Cobalt Dolomite Emerald Feldspar Granite Hematite".split()
    reports = [
        make_report(key, f"{name} now available in the marketplace", f"Buy {name} today.", host="a.example", hours=key)
        for key, name in enumerate(products)
    ]

    assert stories(reports) == []


def test_a_column_of_one_title_is_not_one_story():
    texts = ["Harbour bridge, fog", "Museum, watercolours", "Budget vote, deficit", "Storm, ferries, timber"]
    reports = [
        make_report(key, "Ten things to know this morning", text, host="a.example", hours=24 * key)
        for key, text in enumerate(texts)
    ]

    assert stories(reports) == []


def test_a_title_of_few_words_is_no_sign_of_one_text():
    assert likenesses([make_report(1, "Market news", EXCERPT), make_report(2, "Market news", FAR[1])]) == []


def test_providers_that_nobody_knows_are_not_one_provider():
    assert likeness_of(make_report(1, TITLE, EXCERPT, host=""), make_report(2, *OTHER, host="")) >= ONE_STORY


def test_a_report_without_a_date_is_like_none():
    assert likenesses([make_report(1, TITLE, EXCERPT, hours=None), make_report(2, TITLE, EXCERPT)]) == []


def test_texts_in_any_script_are_alike():
    one = make_report(1, "東京港の橋にタンカーが衝突", "霧の中で橋脚に衝突し列車が運休した。")
    other = make_report(2, "タンカーが東京港の橋に衝突、列車運休", "")

    assert likeness_of(one, other) >= ONE_STORY


@pytest.mark.parametrize("title", ["", "the of", "?!"])
def test_reports_without_words_are_like_none(title):
    assert likenesses([make_report(key, title, title) for key in range(5)]) == []


def test_long_titles_are_cut():
    words = [" ".join(f"word{key}x{place}" for place in range(500)) for key in range(3)]

    assert likenesses([make_report(key, title, EXCERPT) for key, title in enumerate(words)]) == []


@pytest.mark.parametrize("hosts", [1, 1000])
def test_a_thousand_identical_texts_are_one_story(hosts):
    reports = [make_report(key, TITLE, EXCERPT, hours=key / 50, host=f"{key % hosts}.example") for key in range(1000)]

    found = likenesses(reports)

    assert len(found) <= 8 * len(reports)
    assert [len(story) for story in stories(reports)] == [1000]


def test_the_pairs_of_many_like_texts_are_bounded():
    reports = [make_report(key, f"{TITLE} {key}", EXCERPT, hours=key / 50) for key in range(300)]

    assert len(likenesses(reports)) <= 8 * len(reports)


def test_a_day_reaches_no_further_than_its_neighbourhood():
    found = neighbourhood([date(2024, 3, 20), date(2024, 3, 21)])

    assert found.load == [(date(2024, 3, 1), date(2024, 4, 9))]
    assert found.replace == [(date(2024, 3, 13), date(2024, 4, 2))]


def test_days_far_apart_have_neighbourhoods_of_their_own():
    found = neighbourhood([date(2024, 3, 20), date(2020, 3, 20), date.min, date.max])

    assert len(found.load) == len(found.replace) == 4
    assert neighbourhood([]) == ([], [])
