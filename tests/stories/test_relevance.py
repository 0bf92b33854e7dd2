"""What links have to do with an article. All texts are made up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.stories.relevance import CUT, KEY_WORDS, REASONS, key_words, relevances
from tests.stories.made import make_report

NOW = datetime(2024, 1, 1, 9, tzinfo=UTC)
ARTICLE = ("Harbour bridge closed after tanker hits pillar", "The Morning Star hit the bridge in fog.", NOW)
SAME_EVENT = ("Tanker crashes into bridge of the harbour", "Fog over the Morning Star.", NOW)
SAME_PLACE = ("Harbour gets a new ferry terminal", "Builders begin in May.", NOW)
ELSEWHERE = ("Museum shows lost paintings", "Curators found watercolours in an attic.", NOW)


def scores(article, links, **options):
    return [found.score for found in relevances(article, links, **options)]


def test_the_more_two_texts_share_the_more_relevant_they_are():
    event, place, elsewhere = scores(ARTICLE, [SAME_EVENT, SAME_PLACE, ELSEWHERE])

    assert 1 > event > place > elsewhere == 0
    assert event >= CUT


def test_an_article_is_wholly_relevant_to_itself():
    assert scores(ARTICLE, [ARTICLE]) == [1]


def test_the_reasons_are_words_as_the_article_writes_them():
    (found,) = relevances(ARTICLE, [("A star of the BRIDGES", "Dark fog, and a TANKER in it.", NOW)])

    assert found.shared == ("bridge", "Star", "tanker", "fog")


def test_what_all_links_share_parts_none_of_them():
    common = [(f"Harbour {word}", "", NOW) for word in "budget storm museum election school weather".split()]
    rare, *others = scores(ARTICLE, [("Tanker sold", "", NOW), *(common * 20)])

    assert rare > max(others)


def test_what_is_near_in_time_is_more_relevant():
    links = [(*SAME_EVENT[:2], NOW + timedelta(days=days)) for days in (0, 20, -60, 400)]

    found = scores(ARTICLE, links)

    assert found == sorted(found, reverse=True)
    assert found[3] == pytest.approx(found[0] / 2, rel=0.01)
    assert len(set(scores(ARTICLE, links, near=False))) == 1


def test_without_a_date_nothing_is_near():
    dated, undated = scores(ARTICLE, [SAME_EVENT, (*SAME_EVENT[:2], None)])

    assert undated == pytest.approx(dated / 2, abs=1e-6)
    assert scores((*ARTICLE[:2], None), [SAME_EVENT]) == scores(ARTICLE, [(*SAME_EVENT[:2], None)])


@pytest.mark.parametrize("link", [("", "", None), ("the of", "?!", NOW)])
def test_a_link_without_words_is_not_relevant(link):
    assert relevances(ARTICLE, [link]) == [(0, ())]
    assert relevances(link, [ARTICLE]) == [(0, ())]


def test_no_links_are_no_work():
    assert relevances(ARTICLE, []) == []


words = st.lists(st.sampled_from("harbour bridge tanker Fog museum 東京港 café 10x".split()), max_size=8).map(" ".join)
texts = st.tuples(words, words, st.none() | st.datetimes(timezones=st.just(UTC)))


@given(texts, st.lists(texts, max_size=8), st.randoms())
def test_the_order_of_links_makes_no_difference(article, links, random):
    found = relevances(article, links)
    order = random.sample(range(len(links)), len(links))

    assert relevances(article, [links[place] for place in order]) == [found[place] for place in order]
    assert all(0 <= score <= 1 and len(shared) <= REASONS for score, shared in found)


def test_key_words_are_those_of_title_and_excerpt_first():
    report = make_report(1, "Puzzling: tanker hits harbour bridge", "A tanker hit the bridge in fog.")

    assert key_words(report) == ("tanker", "hits", "bridge", "Puzzling", "harbour", "fog")


def test_key_words_are_rare_among_the_reports_around():
    report = make_report(1, "Tanker hits bridge", "Bridge closed, tanker adrift.")
    around = [make_report(key, "Bridge news", "Of a bridge.") for key in range(2, 100)]

    assert key_words(report, [report, *around])[:2] == ("Tanker", "hits")


def test_key_words_are_few_and_may_be_none():
    assert len(key_words(make_report(1, " ".join(f"word{n}" for n in range(50))))) == KEY_WORDS
    assert key_words(make_report(1, "the of")) == ()
