"""Columns, bars, shares and times as the dashboard draws and writes them."""

import pytest

from articles.desk.dashboard import charts, figures

pytestmark = pytest.mark.django_db


def test_a_column_is_as_high_as_its_number_and_stands_on_the_line():
    chart = charts.columns([[("a", 5), ("b", 5)], [("a", 0), ("b", 10)]], ["one", "two"])

    assert [(rect.kind, rect.y, rect.height) for rect in chart.rects] == [
        ("a", "91.0", "75.0"),
        ("b", "16.0", "75.0"),
        ("b", "16.0", "150.0"),
    ]
    assert [text.text for text in chart.texts] == ["10", "5", "one", "two"]


def test_the_parts_of_a_bar_fill_it():
    chart = charts.shares([("x" * 60, "3", [("a", 1), ("b", 0), ("c", 2)])])

    assert [(rect.kind, rect.x, rect.width) for rect in chart.rects] == [
        ("a", "0.000%", "33.333%"),
        ("c", "33.333%", "66.667%"),
    ]
    assert chart.texts[0].text == "x" * 33 + "…"


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "—"), (0, 9, "0%"), (9, 9, "100%"), (1, 900, "1%"), (899, 900, "99%"), (1, 2, "50%")],
)
def test_a_share_is_all_or_nothing_only_where_it_is(part, whole, said):
    assert charts.share(part, whole) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (5, "a minute"),
        (90, "1.5 min"),
        (3000, "50 min"),
        (3599, "60 min"),
        (18_900, "5.2 h"),
        (172_800, "2 days"),
        (9e6, "104 days"),
    ],
)
def test_a_time_is_said_as_exactly_as_one_needs_it(seconds, said):
    assert figures.in_short(seconds) == said
