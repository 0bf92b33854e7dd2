"""The words by which earlier reports of the same are found. All texts are made up."""

from articles.stories.key_words import KEY_WORDS, key_words
from tests.stories.made import make_report


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
