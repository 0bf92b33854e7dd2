"""What links have to do with an article. All texts are made up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.relevance import CUT, REASONS, Text, relevances

NOW = datetime(2024, 1, 1, 9, tzinfo=UTC)
ARTICLE = Text("Harbour bridge closed after tanker hits pillar", "The Morning Star hit the bridge in fog.", NOW)
SAME_EVENT = Text("Tanker crashes into bridge of the harbour", "Fog over the Morning Star.", NOW)
SAME_PLACE = Text("Harbour gets a new ferry terminal", "Builders begin in May.", NOW)
ELSEWHERE = Text("Museum shows lost paintings", "Curators found watercolours in an attic.", NOW)


def scores(article, links, **options):
    return [found.score for found in relevances(article, links, **options)]


def test_the_more_two_texts_share_the_more_relevant_they_are():
    event, place, elsewhere = scores(ARTICLE, [SAME_EVENT, SAME_PLACE, ELSEWHERE])

    assert 1 > event > place > elsewhere == 0
    assert event >= CUT


def test_an_article_is_wholly_relevant_to_itself():
    assert scores(ARTICLE, [ARTICLE]) == [1]


def test_the_reasons_are_words_as_the_article_writes_them():
    (found,) = relevances(ARTICLE, [Text("TANKER crashes into BRIDGES of the harbor", "Foggy.", NOW)])

    assert found.shared == ("bridge", "tanker")


def test_what_all_links_share_parts_none_of_them():
    common = [Text(f"Harbour {word}", "", NOW) for word in "budget storm museum election school weather".split()]
    rare, *others = scores(ARTICLE, [Text("Tanker sold", "", NOW), *(common * 20)])

    assert rare > max(others)


def test_what_is_near_in_time_is_more_relevant():
    links = [SAME_EVENT._replace(date=NOW + timedelta(days=days)) for days in (0, 20, -60, 400)]

    found = scores(ARTICLE, links)

    assert found == sorted(found, reverse=True)
    assert found[3] == pytest.approx(found[0] / 2, abs=0.01)
    assert len(set(scores(ARTICLE, links, near=False))) == 1


def test_without_a_date_it_is_between_near_and_far():
    dated, undated = scores(ARTICLE, [SAME_EVENT, SAME_EVENT._replace(date=None)])

    assert undated == pytest.approx(dated * 0.75, abs=0.01)
    assert scores(ARTICLE._replace(date=None), [SAME_EVENT]) == scores(ARTICLE, [SAME_EVENT._replace(date=None)])


@pytest.mark.parametrize("link", [Text("", "", None), Text("the of", "?!", NOW)])
def test_a_link_without_words_is_not_relevant(link):
    assert relevances(ARTICLE, [link]) == [(0, ())]
    assert relevances(link, [ARTICLE]) == [(0, ())]


def test_no_links_are_no_work():
    assert relevances(ARTICLE, []) == []


words = st.lists(st.sampled_from("harbour bridge tanker Fog museum 東京港 café 10x".split()), max_size=8).map(" ".join)
texts = st.builds(Text, words, words, st.none() | st.datetimes(timezones=st.just(UTC)))


@given(texts, st.lists(texts, max_size=8), st.randoms())
def test_the_order_of_links_makes_no_difference(article, links, random):
    found = relevances(article, links)
    order = random.sample(range(len(links)), len(links))

    assert relevances(article, [links[place] for place in order]) == [found[place] for place in order]
    assert all(0 <= score <= 1 and len(shared) <= REASONS for score, shared in found)
