"""The partition is a function of the set of reports: not of their order, their keys, or the batches they came in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.stories import grouping, likeness, rarity
from articles.stories.grouping import groups
from articles.stories.likeness import ONE_STORY, likenesses, neighbourhood
from articles.stories.reports import Report
from tests.stories.made import make_report

WORDS = "harbour bridge tanker pillar fog museum paintings attic budget vote deficit storm ferry timber".split()
TITLES = ["Harbour bridge hit by tanker", "Museum shows lost paintings", "Budget vote ends in storm"]
texts = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
titles = st.one_of(st.sampled_from(TITLES), texts)


@st.composite
def reports(draw, key: int = 0) -> Report:
    return make_report(
        key,
        draw(titles),
        draw(texts),
        hours=draw(st.none() | st.integers(0, 60 * 24)),
        host=draw(st.sampled_from(["", "a.example", "b.example", "c.example"])),
        page=draw(st.sampled_from(["", "", "p", "q"])),
    )


many = st.integers(2, 25).flatmap(lambda count: st.tuples(*(reports(key) for key in range(count))))
verdicts = st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=4)


@pytest.fixture(autouse=True)
def narrow(monkeypatch):
    """The bounds of real sites are never met by some reports."""
    monkeypatch.setattr(likeness, "REACH", 15)
    monkeypatch.setattr(likeness, "CLOSEST", 3)
    monkeypatch.setattr(grouping, "CLOSEST", 3)


def names(found, known) -> list[list[str]]:
    of = {report.key: report.name for report in known}
    return [[of[key] for key in group] for group in found]


@given(many, verdicts, verdicts, st.randoms())
def test_order_and_keys_make_no_difference(known, together, apart, random):
    keys = random.sample(range(100), len(known))
    others = [replace(report, key=keys[report.key]) for report in known]
    random.shuffle(others)

    def moved(pairs):
        return [(keys[b], keys[a]) for a, b in pairs if a < len(keys) and b < len(keys)][::-1]

    before = groups(known, likenesses(known), together, apart)
    after = groups(others, likenesses(others), moved(together), moved(apart))

    assert names(before.groups, known) == names(after.groups, others)
    assert [names(pair[:2], known) for pair in before.suggested] == [
        names(pair[:2], others) for pair in after.suggested
    ]
    assert [pair.score for pair in before.suggested] == [pair.score for pair in after.suggested]


def days_of(changed) -> set[date]:
    return {report.date.date() for report in changed if report and report.date}


def lies_in(report: Report, spans) -> bool:
    return report.date is not None and any(first <= report.date.date() <= last for first, last in spans)


def step(known: dict[int, Report], pairs: list, batch: dict[int, Report | None]) -> tuple[dict[int, Report], list]:
    """What is known after an import, worked out around its days. None: the report goes."""
    changed = {
        key: report and replace(report, key=key, name=f"https://n.example/{key}") for key, report in batch.items()
    }
    around = days_of([*changed.values(), *(known.get(key) for key in changed)])
    known = {key: report for key, report in (known | changed).items() if report}

    near = neighbourhood(around)
    kept = [
        pair for pair in pairs if not {pair.a, pair.b} & changed.keys() and not lies_in(known[pair.b], near.replace)
    ]
    return known, kept + likenesses([report for report in known.values() if lies_in(report, near.load)], around)


batches = st.lists(
    st.dictionaries(st.integers(0, 20), st.none() | reports(), min_size=1, max_size=6), min_size=1, max_size=6
)


@given(batches)
def test_what_is_worked_out_step_by_step_is_what_is_worked_out_at_once(batches):
    known, pairs = {}, []
    for batch in batches:
        known, pairs = step(known, pairs, batch)

    assert sorted(pairs) == sorted(likenesses(known.values()))


@pytest.mark.parametrize("seed", range(12))
def test_each_change_of_one_report_reaches_as_far_as_its_neighbourhood(seed, monkeypatch):
    """Two months with several reports a day, where the rarity of each word decides."""
    monkeypatch.setattr(rarity, "PRIOR", 2)
    random = Random(seed)  # noqa: S311 -- the same each time

    def some_report() -> Report:
        title, excerpt = (" ".join(random.sample(WORDS, count)) for count in (4, 3))
        return make_report(0, title, excerpt, hours=random.randrange(60 * 24), host=f"{random.randrange(40)}.example")

    known, pairs = step({}, [], {key: some_report() for key in range(150)})
    for _ in range(6):
        known, pairs = step(known, pairs, {random.randrange(170): random.choice([None, some_report(), some_report()])})
        assert sorted(pairs) == sorted(likenesses(known.values()))


def parts(known, pairs) -> list[set[int]]:
    """What hangs together by pairs."""
    found = [{report.key} for report in known]
    for a, b in pairs:
        touched = [part for part in found if a in part or b in part]
        found = [part for part in found if part not in touched] + [set().union(*touched)]
    return found


@given(many, verdicts, verdicts)
def test_a_part_that_hangs_together_is_worked_out_alone(known, together, apart):
    keys = {report.key for report in known}
    together = [pair for pair in together if keys.issuperset(pair)]
    alike = likenesses(known)
    strong = [(pair.a, pair.b) for pair in alike if pair.score >= ONE_STORY]

    whole = groups(known, alike, together, apart).groups
    alone = [
        group
        for part in parts(known, [*strong, *together, *(pair for pair in apart if keys.issuperset(pair))])
        for group in groups([report for report in known if report.key in part], alike, together, apart).groups
    ]

    assert sorted(alone) == sorted(whole)


@given(many, verdicts, verdicts)
def test_verdicts_are_kept(known, together, apart):
    found = groups(known, likenesses(known), together, apart)

    group_of = {key: group for group in found.groups for key in group}
    assert sorted(group_of) == sorted(report.key for report in known)
    for a, b in apart:
        assert a == b or a not in group_of or b not in group_of or group_of[a] != group_of[b]
    if not apart:
        assert all(group_of[a] == group_of[b] for a, b in together if a in group_of and b in group_of)


@given(many)
def test_all_that_is_known_of_likenesses_holds(known):
    date_of = {report.key: report.date for report in known}
    for pair in likenesses(known):
        assert likeness.SUGGESTED <= pair.score <= likeness.COPY
        assert date_of[pair.a] <= date_of[pair.b]
        assert len(pair.shared) <= likeness.REASONS
