"""What a word is, is the same for both databases, and for texts and queries."""

import re
from html.entities import html5
from unicodedata import category, normalize

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles.words import BODY, NAME, TITLE, folded, index_words, phrase, written

PIECES = st.sampled_from(
    "&amp; &#8217; &#xe9; &eacute; &shy; &nbsp; &foo; &amp;lt; &#59; &D; &#0; &#x110000; \u200b \u00ad \u200d \ufeff "
    "’ ' - İ ẞ ﷺ ﬁ ½ ™ ㍿ ΣΑΣ 机器 학습 ข่าว हिन्दी مُحَمَّد כֹּל Ǆ é e\u0301 か\u3099 ﾊﾟ technology is 12e5".split()
) | st.sampled_from([" ", "\n", "x" * 70])
# The newest version of Unicode that both know is 14: letters of 15 with another form are left out.
NEW = "".join(map(chr, range(0x1E030, 0x1E06E)))
CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cn", "Co", "Cs"], exclude_characters="\0" + NEW)
LATIN = st.text(st.characters(codec="latin-1", exclude_characters="\0"), max_size=9)
TEXTS = st.text(CHARACTERS) | st.lists(PIECES | LATIN).map("".join)


def of_database(function: str, texts: list[str], *arguments: int) -> list[str]:
    call = f"articles_search_{function}({', '.join(['%s', *map(str, arguments)])})"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join([call] * len(texts))}", texts)
        return list(cursor.fetchone())


def normalized(texts: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array(SELECT normalize(t, NFKD) FROM unnest(%s::text[]) WITH ORDINALITY x(t, n) ORDER BY n)",
            [texts],
        )
        return cursor.fetchone()[0]


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db
def test_every_character_means_the_same_to_the_database():
    assigned = [c for c in map(chr, range(1, 0x110000)) if category(c) not in ("Cn", "Co", "Cs")]
    different = []

    for start in range(0, len(assigned), 1000):
        some = assigned[start : start + 1000]
        texts = [f"a{c}b {c}" for c in some]
        words = of_database("words", texts, TITLE)
        different += [
            f"U+{ord(c):04X}"
            for c, text, its, plain in zip(some, texts, words, normalized(some), strict=True)
            # PostgreSQL may know an older version of Unicode, in which the character has no other form yet.
            if its != index_words(text, TITLE) and plain == normalize("NFKD", c)
        ]

    assert different == []


@pytest.mark.django_db
def test_every_reference_with_a_name_means_the_same_to_the_database():
    texts = [f"a&{name}b &{name}" for name in html5 if name.endswith(";")]

    for start in range(0, len(texts), 500):
        some = texts[start : start + 500]
        assert of_database("words", some, TITLE) == [index_words(text, TITLE) for text in some]


class AnyText(TestCase):
    @given(st.lists(TEXTS, min_size=1, max_size=20))
    @example(
        [
            "AT&amp;T",
            "caf&#233;s",
            "donau&shy;dampf",
            "R&D;",
            "x" * 60 + "é",
            "&amp;&#108;&#116;;",
            "&#55296;&#1114112;",
        ]
    )
    def test_texts_have_the_same_words_for_the_database(self, texts):
        assert of_database("folded", texts) == [folded(text) for text in texts]
        for most in (BODY, TITLE, NAME, 40):
            assert of_database("words", texts, most) == [index_words(text, most) for text in texts]

    @given(TEXTS)
    def test_words_of_words_are_the_same_words(self, text):
        assert folded(folded(text)) == folded(text)
        assert phrase(written(text)) == phrase(text)
        assert bool(written(text)) == bool(folded(text)) == bool(phrase(text)[0])

    @given(TEXTS)
    def test_the_words_of_the_index_are_letters_and_digits_and_none_is_long(self, text):
        words = index_words(text, BODY).split(" ") if index_words(text, BODY) else []

        assert all(re.fullmatch("[a-z0-9]{1,60}|u[0-9bfhjkq]{2,480}", word) for word in words)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O’Reilly", "O'Reilly"), ("O&#8217;Reilly", "o＇reilly"), ("Oʻzbek", "O'zbek"),
        ("ＡＩ", "ai"), ("ﾊﾟﾋﾟ", "パピ"), ("ﬁsh", "fish"),
        ("Cafe\u0301", "café"), ("İstanbul Iğdır", "istanbul ığdır"), ("Tiếng Việt", "tieng viet"),
        ("smørrebrød", "smorrebrod"), ("STRASSE", "straße"), ("ΣΊΣΥΦΟΣ", "σισυφος"), ("Ångström", "angstrom"),
        ("co\u00adop", "coop"), ("a\u200db\ufeffc\u2060d", "abcd"), ("مُحَمَّد", "محمد"), ("שָׁלוֹם", "שלום"),
    ],
)  # fmt: skip
def test_these_are_written_in_two_ways_and_are_the_same(one, other):
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("हिन्दी", "हनद"), ("ข่าว", "ขาว"), ("か", "が"), ("ก่อน", "กอน")])
def test_vowels_and_tones_that_make_another_word_are_kept(one, other):
    assert folded(one) != folded(other)
    assert " " not in folded(one)


def test_a_run_of_an_unspaced_script_is_held_in_pairs():
    assert len(index_words("AI机器学习2021", TITLE).split()) == 6
    assert [len(phrase(text)[0].split()) for text in ("机", "机器", "机器学", "机器 学习", "机AI")] == [1, 1, 2, 3, 2]
    assert [phrase(text)[1] for text in ("机", "机器", "AI机", "机AI")] == [True, False, True, False]
