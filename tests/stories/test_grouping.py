"""How groups grow of likenesses and verdicts, which are made up here."""

import pytest

from articles.stories.grouping import Suggestion, groups
from articles.stories.likeness import COPY, ONE_STORY, SUGGESTED
from tests.stories.made import alike, make_report, stories

SURE, LIKELY, WEAK = 0.6, 0.16, 0.1


def reports(count: int, hours: float = 1):
    return [make_report(key, hours=hours * key) for key in range(1, count + 1)]


def test_each_report_is_in_one_group():
    found = groups(reports(4), alike((1, 3, SURE)))

    assert found.groups == [(1, 3), (2,), (4,)]
    assert found.suggested == []


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (ONE_STORY, ([(1, 2)], [])),
        (ONE_STORY - 0.000001, ([(1,), (2,)], [Suggestion((1,), (2,), ONE_STORY - 0.000001)])),
        (SUGGESTED, ([(1,), (2,)], [Suggestion((1,), (2,), SUGGESTED)])),
        (SUGGESTED - 0.000001, ([(1,), (2,)], [])),
    ],
)
def test_two_thresholds_part_what_is_one_story_from_what_may_be(score, expected):
    assert groups(reports(2), alike((1, 2, score))) == expected


def test_a_roundup_is_no_bridge():
    first, second, roundup = (1, 2, 3), (4, 5, 6), 7
    pairs = [(a, b, SURE) for story in (first, second) for a in story for b in story if a < b]
    touches = [(1, roundup, 0.4), (4, roundup, 0.4)]

    found = groups(reports(7), alike(*pairs, *touches))

    assert found.groups == [first, second, (roundup,)]
    assert [(pair.one, pair.other) for pair in found.suggested] == [(first, (roundup,)), (second, (roundup,))]


def test_a_chain_of_likenesses_is_not_one_story():
    chain = [(key, key + 1, 0.25) for key in range(1, 20)]

    assert max(map(len, groups(reports(20), alike(*chain)).groups)) == 2


def test_a_late_report_joins_a_large_story_by_the_pairs_that_are_kept():
    story = [(a, b, SURE) for b in range(2, 31) for a in range(max(1, b - 8), b)]

    assert groups(reports(30), alike(*story)).groups == [tuple(range(1, 31))]


def test_copies_of_each_day_end_up_in_parts_of_ten_days():
    copies = [(key, key + 1, COPY) for key in range(1, 40)]

    found = groups(reports(40, hours=24), alike(*copies)).groups

    assert sorted(key for group in found for key in group) == list(range(1, 41))
    assert 2 <= max(map(len, found)) <= 11


def test_what_people_keep_together_is_one_story_without_likeness():
    assert groups([*reports(2), make_report(3, hours=None)], [], together=[(1, 3), (3, 2)]).groups == [(1, 2, 3)]


def test_what_people_keep_together_joins_as_one():
    found = groups(reports(3), alike((1, 3, 0.3), (2, 3, 0.05)), together=[(1, 2)])

    assert found.groups == [(1, 2), (3,)]
    assert found.suggested == [Suggestion((1, 2), (3,), 0.175)]


@pytest.mark.parametrize("score", [SURE, COPY])
def test_what_people_keep_apart_is_never_one_story_nor_suggested(score):
    found = groups(reports(2), alike((1, 2, score)), apart=[(2, 1)])

    assert found == ([(1,), (2,)], [])


def test_apart_holds_for_the_groups_that_two_reports_are_in():
    pairs = alike((1, 2, SURE), (3, 4, SURE), (1, 3, 0.5), (1, 4, 0.5), (2, 3, 0.5), (2, 4, 0.5))

    assert groups(reports(4), pairs).groups == [(1, 2, 3, 4)]
    assert groups(reports(4), pairs, apart=[(2, 4)]) == ([(1, 2), (3, 4)], [])


def test_of_verdicts_that_contradict_each_other_the_later_pair_gives_way():
    found = groups(reports(3), [], together=[(2, 3), (1, 2)], apart=[(1, 3)])

    assert found.groups == [(1, 2), (3,)]
    assert groups(reports(2), [], together=[(1, 2)], apart=[(1, 2)]).groups == [(1,), (2,)]


def test_verdicts_and_pairs_of_reports_that_are_gone_say_nothing():
    found = groups(reports(2), alike((1, 9, COPY)), together=[(1, 9), (1, 1)], apart=[(8, 9)])

    assert found == ([(1,), (2,)], [])


def test_groups_stand_in_order_of_time_and_then_of_name():
    late, early = make_report(1, hours=9), make_report(2, hours=1)
    twins = [make_report(3, hours=5, name="https://b.example/"), make_report(4, hours=5, name="https://a.example/")]
    undated = make_report(5, hours=None)

    found = groups([undated, late, *twins, early], alike((2, 1, SURE)))

    assert found.groups == [(2, 1), (4,), (3,), (5,)]


def test_suggestions_stand_in_order_of_likeness():
    found = groups(reports(4), alike((1, 2, LIKELY), (3, 4, LIKELY + 0.01), (1, 4, WEAK)))

    assert found.suggested == [Suggestion((3,), (4,), 0.17), Suggestion((1,), (2,), 0.16)]


def test_nothing_comes_of_nothing():
    assert groups([], []) == ([], [])
    assert stories([]) == []
