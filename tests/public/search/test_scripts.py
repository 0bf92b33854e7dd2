"""A title is found by what is written in it, in any script, on either database."""

import sqlite3
from bisect import bisect
from itertools import pairwise
from unicodedata import normalize

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles.models import Article
from articles.public.search import find, parse
from articles.words import BODY, UNSPACED, index_words, phrase
from tests.factories import make_article, make_provider
from tests.public.search.index import assert_in_step, titles

LETTERS = {
    "latin": "abcdefghijklmnopqrstuvwxyzABCÉéßøłñçİı0123456789",
    "vietnamese": "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệ",
    "greek": "αβγδεζΣσςάέήίόύώ",
    "cyrillic": "абвгдежзийклмнопрстуфхцчшщъыьэюяЙЁ",
    "hebrew": "אבגדהוזחטיךכלםמןנסעףפץצקרשתִַָ",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهويءأؤئىةًٌٍَُِّْ",
    "devanagari": "अआइईउऊएऐओऔकखगघचछजझटठडढणतथदधनपफबभमयरलवशषसहािीुूेैोौ्ंँ",
    "tamil": "அஆஇஈஉஊஎஏஐஒகஙசஞடணதநபமயரலவழளறனாிீுூெேைொோௌ்",
    "georgian": "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
    "thai": "กขคงจฉชซญดตถทนบปผฝพฟมยรลวศสหอฮะัาิีึืุูเแโใไ่้๊๋์",
    "khmer": "កខគឃងចឆជឈញដឋឌឍណតថទធនបផពភមយរលវសហឡអាិីឹឺុូ្",
    "han": "机器学习改变世界中国人民日报新闻電腦網路",
    "kana": "あいうえおかきくけこがぎぐげござじずアイウエオカキクケコパピプペポー",
    "hangul": "서울에서열린회의한국어뉴스기술학습",
    "wide": "ＡＢＣａｂｃ０１２",
}
WORDS = st.one_of(*(st.text(alphabet=letters, min_size=1, max_size=8) for letters in LETTERS.values())).filter(
    lambda word: bool(phrase(word)[0])
)
UNSPACED_LETTERS = LETTERS["han"] + LETTERS["hangul"] + LETTERS["kana"] + LETTERS["thai"]
BETWEEN = st.sampled_from([" ", ", ", " – ", "/", "’", "。", "&nbsp;"])
INVISIBLE = st.sampled_from(["", "", "", "\u00ad", "\u200d", "\ufeff", "\u2060"])


@st.composite
def hyphenated(draw) -> str:
    """A word in which one cannot see what stands between its letters."""
    word = draw(WORDS)
    place = draw(st.integers(1, len(word)))
    return word[:place] + draw(INVISIBLE) + word[place:]


class AnyTitle(TestCase):
    @given(
        st.lists(hyphenated(), min_size=1, max_size=6), st.sampled_from([" ", ", ", " – ", "/", "’", "。", "&nbsp;"])
    )
    @settings(max_examples=60)
    @example(["हिन्दी", "समाचार"], " ")
    @example(["مُحَمَّد", "صلاح"], " ")
    @example(["ﷺ"], " ")
    def test_a_title_is_found_by_each_of_its_words(self, words, between):
        article = make_article(published=True, title=between.join(words), provider=make_provider())
        make_article(published=True, title="Nothing of that", provider=article.provider)

        for word in words:
            assert article.pk in found(word), word
            assert article.pk in found(f'"{word}"'), word
            assert article.pk in found("".join(c for c in word if c.isprintable()).upper().lower()), word

    @given(st.text(alphabet=UNSPACED_LETTERS, min_size=2, max_size=15))
    @settings(max_examples=60)
    def test_a_run_is_found_by_each_of_its_pieces(self, run):
        run = normalize("NFC", run)
        article = make_article(published=True, title=f"AI{run}AI", provider=make_provider())

        for place in range(len(run) - 1):
            for length in (1, 2, 3):
                assert article.pk in found(run[place : place + length])
        assert article.pk in found(f"AI{run[0]}")
        assert article.pk in found(f"{run[-1]}ai")

    @given(st.data())
    @settings(max_examples=40)
    @pytest.mark.only_on("postgresql")
    def test_sqlite_finds_the_same(self, data):
        words = data.draw(st.lists(WORDS | ENGLISH, min_size=3, max_size=12, unique=True))
        some = data.draw(st.lists(st.lists(st.sampled_from(words), min_size=1, max_size=6), min_size=2, max_size=6))
        provider = make_provider()
        texts = {make_article(published=True, title=t, provider=provider).pk: t for t in map(" ".join, some)}
        for query in [*words, *(f"{one} {other}" for one, other in pairwise(words))]:
            assert found(f'"{query}"') & texts.keys() == on_sqlite(texts, query), query


ENGLISH = st.sampled_from(
    "is as us s u i js technology technologies technological possibly possible biology biologies general generic "
    "generation running ran runs ponies pony caresses agreed hopping falling filing sky skies 12e5 0e4f 2nd e5".split()
)


def found(text: str) -> set[int]:
    return {one.article for one in find(parse(text))}


def on_sqlite(texts: dict[int, str], query: str) -> set[int]:
    """The keys of the texts that hold the phrase, to FTS5 as migration 0005 sets it up."""
    other = sqlite3.connect(":memory:")
    other.execute("CREATE VIRTUAL TABLE found USING fts5(text, tokenize='porter ascii')")
    rows = ((pk, index_words(text, BODY)) for pk, text in texts.items())
    other.executemany("INSERT INTO found (rowid, text) VALUES (?, ?)", rows)
    words, is_open = phrase(query)
    match = f'"{words}"{" *" if is_open else ""}'
    keys = {key for (key,) in other.execute("SELECT rowid FROM found WHERE found MATCH ?", [match])}
    other.close()
    return keys


def test_a_word_is_found_with_and_without_its_zero_width_spaces(db):
    make_article(published=True, title="Zero\u200bwidth joined")

    for text in ("zerowidth", "zero", "width", "zero\u200bwidth", '"zerowidth joined"', '"width joined"'):
        assert titles(text) == ["Zero\u200bwidth joined"], text


def test_no_phrase_goes_from_a_title_into_the_text_or_the_name_of_a_topic(db):
    provider = make_provider(domain="city.example", name="Council")
    make_article(published=True, title="Trams of the harbour", excerpt="city line", body="long ago", provider=provider)

    assert titles('"harbour city"') == titles('"council city line"') == titles('"harbour council"') == []
    assert titles('"line long"') == titles('"council city"') == ["Trams of the harbour"]


HUGE = {
    "distinct words": lambda size: " ".join(str(100_000 + n) for n in range(size // 7)),
    "short distinct words": lambda size: " ".join(f"{n:x}" for n in range(size // 5)),
    "one word": lambda size: "x" * size,
    "one word of marks": lambda size: "कि" * (size // 6),
    "words of marks": lambda size: " ".join(f"हिन्दी{n}" for n in range(size // 25)),
    "a run of Chinese": lambda size: "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(size // 3)),
    "a run of old Chinese": lambda size: "".join(chr(0x20000 + n * 7919 % 40_000) for n in range(size // 4)),
    "one letter again and again": lambda size: "a " * (size // 2),
    "ligatures": lambda size: "ﷺ " * (size // 3),
    "references": lambda size: "&eacute;&#1234; " * (size // 16),
    "zero width spaces": lambda size: "ab\u200b" * (size // 5),
    "an old script": lambda size: " ".join(chr(0x10330 + n % 25) * 20 for n in range(size // 81)),
}


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_a_huge_text_is_found_by_its_beginning(db, text):
    huge = text(1_000_000)
    make_article(published=True, title="Huge", body=f"beginning {huge}")
    Article.objects.update(excerpt="Changed")

    assert titles("beginning") == ["Huge"]
    assert titles(f'"{huge[:150].rpartition(" ")[0] or huge[:150]}"') == ["Huge"]
    assert_in_step(1)


class AnyHugeText(TestCase):
    @given(st.text(min_size=1, max_size=40), st.lists(WORDS, min_size=1, max_size=9))
    @settings(max_examples=25, deadline=None)
    def test_it_is_indexed_whatever_it_is_made_of(self, text, words):
        text = text.replace("\0", "").encode(errors="ignore").decode()
        huge = "".join(f"{text}{n}{word} " for n in range(60_000 // len(words)) for word in words)[:1_000_000]

        article = make_article(published=True, title="Huge", excerpt=f"beginning {huge}", provider=make_provider())

        assert article.pk in found("beginning")


def test_the_last_words_of_the_beginning_are_found_in_their_order_and_no_later_ones(db):
    words = [f"{n:04}" for n in range(16_000)]
    make_article(published=True, title="Huge " * 80, excerpt=" ".join(words))

    last = bisect(words, False, key=lambda word: not titles(word)) - 1
    assert 14_900 < last <= 15_000
    assert titles(f'"{words[last - 1]} {words[last]}"')
    assert not titles(f'"{words[last]} {words[last - 1]}"')


def test_unspaced_scripts_are_not_stemmed_or_parted():
    assert all(UNSPACED.match(c) for name in ("han", "kana", "hangul", "thai", "khmer") for c in LETTERS[name])
