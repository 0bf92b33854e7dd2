import pytest

from articles.relevance.terms import COMMON, MOST_CHARACTERS, spellings, terms

SAME = [
    ("Bridges", "bridge"),
    ("Cities", "city"),
    ("CAFÉ", "cafe"),
    ("Straße", "strasse"),
    ("ＡＢＣ１２", "abc12"),
    ("Zu\u0308rich", "Zürich"),
    ("next-gen", "Next gen"),
    ("Harbour’s", "harbour"),
    ("R&amp;D", "R D"),
    ("co\u00adoperate", "cooperate"),
]
DIFFERENT = [("glass", "glas"), ("virus", "viru"), ("10x", "10"), ("basis", "basi"), ("2.0", "20"), ("gas", "ga")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_ways_to_write_a_word_are_the_same(one, other):
    assert terms(one) == terms(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_words_differ(one, other):
    assert terms(one) != terms(other)


def test_common_words_do_not_count():
    assert terms("The bridge that we will have over it") == ["bridge"]
    assert all(terms(word) == [] for word in COMMON)


def test_scripts_without_blanks_give_pairs_of_characters():
    assert terms("東京タワー 開業") == ["東京", "京タ", "タワ", "ワー", "開業"]
    assert terms("塔") == ["塔"]


def test_marks_of_a_script_are_part_of_its_words():
    assert terms("नमस्ते दुनिया") == ["नमस्ते", "दुनिया"]


@pytest.mark.parametrize("text", ["", " ", "—", "…?!", "\u200b", "the of", "__"])
def test_a_text_may_have_no_words(text):
    assert terms(text) == []


def test_no_text_costs_more_than_a_paragraph():
    text = "bridge " * 500

    assert len(terms(text)) == MOST_CHARACTERS // len("bridge ") + 1


def test_spellings_are_the_words_as_they_are_written():
    assert list(spellings("Bridges of Zürich, 東京タ")) == [
        ("bridge", "Bridges"),
        ("zurich", "Zürich"),
        ("東京", "東京"),
        ("京タ", "京タ"),
    ]
