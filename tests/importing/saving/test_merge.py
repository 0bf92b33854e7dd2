from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.documents.records import RelatedRecord
from articles.importing.saving.merge import ArticleLink, merge_fields, merge_related, merge_value


@pytest.mark.parametrize(
    ("base", "now", "theirs", "result"),
    [
        ("a", "a", "a", ("a", False)),
        ("a", "a", "b", ("b", False)),
        ("a", "b", "a", ("b", False)),
        ("a", "b", "b", ("b", False)),
        ("a", "b", "c", ("b", True)),
    ],
)
def test_each_cell_of_the_table(base, now, theirs, result):
    assert merge_value(base, now, theirs) == result


values = st.integers(0, 3)


@given(values, values, values)
def test_a_merge_never_invents_a_value(base, now, theirs):
    assert merge_value(base, now, theirs)[0] in (now, theirs)


@given(values, values, values)
def test_merging_the_same_document_again_changes_nothing(base, now, theirs):
    once, _ = merge_value(base, now, theirs)

    assert merge_value(theirs, once, theirs) == (once, False)


def test_a_field_that_no_document_spoke_of_takes_the_documents_value():
    merged = merge_fields({}, {"title": "now"}, {"title": "theirs"})

    assert (merged.values, merged.conflicts) == ({"title": "theirs"}, [])


def record(url: str, **fields) -> RelatedRecord:
    defaults = dict.fromkeys(("amp_url", "cdn_amp_url", "excerpt"), "")
    defaults |= {"published_at": datetime(2020, 1, 1, tzinfo=UTC), "type": "article", "quality": 0}
    return RelatedRecord(
        **defaults | {"url": url, "canonical_url": url, "title": url, "provider": None, "images": ()} | fields
    )


def rows(*records: RelatedRecord, **fields) -> list[ArticleLink]:
    return [ArticleLink(r.url, r, pk=n, **fields) for n, r in enumerate(records, 1)]


A, B, C, D = map(record, "abcd")


def at(record: RelatedRecord, origin: str = "imported", **fields) -> ArticleLink:
    return ArticleLink(record.url, record, origin, **fields)


def urls(links: list[ArticleLink]) -> str:
    return "".join(link.record.url for link in links)


def test_an_untouched_list_follows_the_document():
    merged, conflict = merge_related([A, B], rows(A, B), [C, A])

    assert (urls(merged), conflict) == ("ca", False)


def test_a_link_that_an_editor_added_stays_behind_its_neighbour():
    now = [at(A, pk=1), at(D, "editor", pk=2), at(B, pk=3)]

    merged, _ = merge_related([A, B], now, [A, B, C])

    assert urls(merged) == "adbc"


def test_a_link_that_an_editor_put_first_stays_first():
    now = [at(D, "editor", pk=2), at(A, pk=1)]

    merged, _ = merge_related([A], now, [A, B])

    assert urls(merged) == "dab"


def test_a_hidden_link_stays_hidden_even_if_the_document_drops_it():
    now = [at(A, pk=1, hidden=True), at(B, pk=2)]

    merged, _ = merge_related([A, B], now, [C])

    assert [(link.record.url, link.hidden) for link in merged] == [("a", True), ("c", False)]


def test_the_order_that_an_editor_gave_stays():
    merged, _ = merge_related([A, B, C], [at(C, pk=3), at(A, pk=1), at(B, pk=2)], [A, B, C, D])

    assert urls(merged) == "cabd"


def test_a_retitled_link_keeps_its_title_and_takes_the_rest():
    mine = record("a", title="Mine")

    merged, conflict = merge_related([A], [at(mine, pk=1)], [record("a", quality=9)])

    assert (merged[0].record.title, merged[0].record.quality, conflict) == ("Mine", 9, False)


def test_a_title_that_both_changed_is_a_conflict():
    merged, conflict = merge_related([A], [at(record("a", title="Mine"), pk=1)], [record("a", title="Theirs")])

    assert (merged[0].record.title, conflict) == ("Mine", True)


def test_a_link_that_an_editor_had_first_keeps_what_the_editor_said():
    mine = record("a", title="Mine", published_at=None)
    theirs = record("a", title="Theirs", quality=3)

    [link], conflict = merge_related([], [at(mine, "editor", pk=1)], [theirs])

    assert (link.record, conflict) == (record("a", title="Mine", quality=3), True)


def test_a_link_that_an_editor_took_away_does_not_come_back():
    merged, _ = merge_related([A, B], [at(A, pk=1)], [A, B, C])

    assert urls(merged) == "ac"


links = st.lists(st.sampled_from("abcdef"), unique=True).map(lambda names: [record(name) for name in names])


@given(links, links, links, st.sets(st.sampled_from("abcdef")))
def test_what_an_editor_added_or_hid_is_never_lost(base, now, theirs, touched):
    there = [
        at(r, "editor" if r not in base else "imported", hidden=r.url in touched, pk=n) for n, r in enumerate(now, 1)
    ]

    merged, _ = merge_related(base, there, theirs)

    kept = {link.record.url for link in there if link.origin == "editor" or link.hidden}
    assert kept <= {link.record.url for link in merged}
    assert len(merged) == len({link.record.url for link in merged})
    assert merge_related(theirs, merged, theirs)[0] == merged
