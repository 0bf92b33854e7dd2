import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.texts import fold, is_visible, name_of, plain, trimmed

INVISIBLE = [
    "",
    " ",
    "\u200b",
    "\u00a0",
    "\u3164",
    "\u2800",
    "\ufeff",
    "\u2060\u00ad",
    "&nbsp;",
    "&#8203; &#x3164;",
    "\u034f\n",
]
odd = st.text(st.sampled_from("aAéÉ\u0301ßİıΐ \t\u00a0\u200b\u200d\ufeff\u3164ﬁＡ🙂"), max_size=12) | st.text(
    max_size=12
)


@pytest.mark.parametrize("text", INVISIBLE)
def test_a_text_that_shows_nothing_is_told(text):
    assert not is_visible(text)


@pytest.mark.parametrize("text", ["a", " a", "\u200ba", "🙂", "한", "&amp;", "\u0301", "."])
def test_a_text_that_shows_something_is_visible(text):
    assert is_visible(text)


@pytest.mark.parametrize(
    "spelling",
    ["Café AI", " café  ai ", "CAFE\u0301 AI", "Ca\u200bfé\u00a0AI", "\ufeffCafé\tAI\u2028", "café\u00ad ai"],
)
def test_spellings_of_one_name_fold_alike(spelling):
    assert fold(spelling) == "café ai"


def test_other_names_fold_apart():
    names = ["C", "C#", "C++", "Cafe", "Café", "AI", "A I", ".NET", "NET", "F#", "ＡＩ"]

    assert len({fold(name) for name in names}) == len(names)


@given(odd)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
    assert fold(name_of(text)) == fold(text)
    assert name_of(name_of(text)) == name_of(text)


@given(odd)
def test_an_upper_case_name_is_the_same_name(text):
    assert fold(text.upper().casefold()) == fold(text.upper())


@given(odd)
def test_a_trimmed_text_begins_and_ends_visibly(text):
    found = trimmed(text)

    assert found in text
    assert found == "" or (is_visible(found[0]) and is_visible(found[-1])) or plain(found) != found
