"""The relevance of links: by what they share with their article, in any order, near or far in time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.relevance import CUT, NONE, REASONS, Text, relevances

NOW = datetime(2021, 7, 18, tzinfo=UTC)
ARTICLE = Text("Cosmos leaks keys, says Wiz", "A vulnerability named ChaosDB let strangers read databases.", NOW)
SAME = Text("Wiz finds a vulnerability in Cosmos", "Researchers of Wiz could read the databases of strangers.", NOW)
OTHER = Text("A region opens in Qatar", "Customers can store what they have in Doha.", NOW)

words = st.lists(st.sampled_from("cosmos wiz keys database region qatar azure news the".split()), max_size=6).map(
    " ".join
)
texts = st.builds(Text, words, words, st.sampled_from([None, NOW, NOW - timedelta(days=400)]))


def test_a_report_of_the_same_event_stands_above_the_cut_and_noise_below():
    same, other = relevances(ARTICLE, [SAME, OTHER])

    assert same.score > CUT > other.score
    assert other == NONE


def test_the_reason_is_words_of_both_as_the_article_writes_them():
    (same,) = relevances(ARTICLE, [Text("COSMOS and wiz: vulnerabilities", "", NOW)])

    assert set(same.shared) == {"Cosmos", "Wiz", "vulnerability"}


def test_few_words_are_told():
    (same,) = relevances(ARTICLE, [ARTICLE])

    assert (same.score, len(same.shared)) == (1, REASONS)


def test_what_is_near_in_time_is_more_relevant():
    dates = (NOW, NOW - timedelta(days=30), NOW + timedelta(days=400))

    scores = [found.score for found in relevances(ARTICLE, [SAME._replace(date=date) for date in dates])]

    assert scores == sorted(scores, reverse=True)
    assert len({*scores}) == 3
    alike = relevances(ARTICLE, [SAME._replace(date=date) for date in dates], near=False)
    assert len({found.score for found in alike}) == 1


@pytest.mark.parametrize("text", [Text("", "", None), Text("The", "and it is", NOW)])
def test_of_a_text_without_words_nothing_is_relevant(text):
    assert relevances(text, [SAME]) == relevances(SAME, [text]) == [NONE]
    assert relevances(ARTICLE, []) == []


@given(texts, st.lists(texts, max_size=8), st.randoms(use_true_random=False))
def test_relevance_is_a_number_from_0_to_1_and_the_same_in_any_order(article, links, random):
    found = relevances(article, links)

    order = list(range(len(links)))
    random.shuffle(order)
    assert relevances(article, [links[place] for place in order]) == [found[place] for place in order]
    assert all(0 <= score <= 1 and bool(shared) >= bool(score) for score, shared in found)
