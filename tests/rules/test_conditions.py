"""The predicate of rules, and the JSON that it is read from."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from articles.models import Category, Type
from articles.rules.conditions import BadRule, Conditions, Facts, matches

WORD = some.text("abc#.+é ", min_size=1, max_size=6).filter(str.strip)
NUMBER = some.none() | some.integers(0, 6)
FACTS = some.builds(
    Facts,
    provider=some.sampled_from(["a.example", "b.example"]),
    trust=some.sampled_from([-1, 0, 1]),
    topics=some.frozensets(some.sampled_from(["x", "y", "z"])),
    category=some.sampled_from(Category.values),
    type=some.sampled_from(Type.values),
    title=some.text("abcABC#.+é -", max_size=12),
    excerpt=some.text("abcABC#.+é -", max_size=12),
    quality=some.integers(0, 6),
    heat=some.integers(-1, 6),
    days=some.floats(0, 6),
    has_duplicate=some.booleans(),
)
CONDITIONS = some.builds(
    Conditions,
    providers=some.lists(some.sampled_from(["a.example", "b.example"]), max_size=2).map(tuple),
    trust=some.lists(some.sampled_from([-1, 0, 1]), max_size=2).map(tuple),
    topics=some.lists(some.sampled_from(["x", "y", "z"]), max_size=2).map(tuple),
    categories=some.lists(some.sampled_from(Category.values), max_size=3).map(tuple),
    types=some.lists(some.sampled_from(Type.values), max_size=3).map(tuple),
    words=some.lists(WORD, max_size=2).map(tuple),
    words_in=some.sampled_from(["title", "text"]),
    quality_min=NUMBER, quality_max=NUMBER, heat_min=NUMBER, heat_max=NUMBER, days_min=NUMBER, days_max=NUMBER,
    duplicate=some.none() | some.booleans(),
)  # fmt: skip


def says(word: str, text: str) -> bool:
    """Whether the word stands in the text and no letter or digit beside it, found in a simple way."""
    word, text = (" ".join(each.casefold().split()) for each in (word, text))
    beside = re.compile(r"\w")
    return any(
        text.startswith(word, at)
        and not (at and beside.match(text[at - 1]))
        and not beside.match(text[at + len(word) : at + len(word) + 1])
        for at in range(len(text))
    )


def expected(asked: Conditions, facts: Facts) -> bool:
    """The same in words as plain as they get."""
    texts = [facts.title] if asked.words_in == "title" else [facts.title, facts.excerpt]
    numbers = {"quality": facts.quality, "heat": facts.heat, "days": facts.days}
    return all(
        [
            not asked.providers or facts.provider in asked.providers,
            not asked.trust or facts.trust in asked.trust,
            not asked.topics or bool(facts.topics & {*asked.topics}),
            not asked.categories or facts.category in asked.categories,
            not asked.types or facts.type in asked.types,
            not asked.words or any(says(word, text) for word in asked.words for text in texts),
            asked.duplicate is None or asked.duplicate is facts.has_duplicate,
            *(getattr(asked, f"{name}_min") in (None, min(getattr(asked, f"{name}_min") or 0, number))
              for name, number in numbers.items()),
            *(getattr(asked, f"{name}_max") in (None, max(getattr(asked, f"{name}_max") or 0, number))
              for name, number in numbers.items()),
        ]
    )  # fmt: skip


@given(CONDITIONS, FACTS)
def test_a_rule_matches_where_all_its_conditions_hold(asked, facts):
    assert matches(asked, facts) == expected(asked, facts)


def is_possible(asked: Conditions) -> bool:
    bounds = [(getattr(asked, f"{name}_min"), getattr(asked, f"{name}_max")) for name in ("quality", "heat", "days")]
    return not asked.ask_nothing and all(None in pair or pair[0] <= pair[1] for pair in bounds)


@given(CONDITIONS.filter(is_possible))
def test_conditions_are_the_same_again_out_of_their_json(asked):
    stored = Conditions.from_json(asked.as_json())

    assert stored.words == tuple(" ".join(word.split()) for word in asked.words)
    assert Conditions.from_json(stored.as_json()) == stored
    assert stored.as_json() == asked.as_json() | ({"words": list(stored.words)} if asked.words else {})


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("C#", "New in C#: records", True),
        (".NET", "What is .NET?", True),
        (".NET", "ASP.NET", False),
        ("Node.js", "node.js 14", True),
        ("app", "Canvas apps", False),
        ("canvas app", "A Canvas  App", True),
    ],
)
def test_words_are_whole_words_whatever_they_are_made_of(words, text, found):
    assert matches(Conditions(words=(words,)), Facts(title=text)) is found


@pytest.mark.parametrize(
    ("stored", "field"),
    [
        ({}, "conditions"),
        ([], "conditions"),
        ({"words_in": "text"}, "conditions"),
        ({"colour": 1}, "colour"),
        ({"quality_min": "7"}, "quality_min"),
        ({"quality_min": True}, "quality_min"),
        ({"quality_min": 2**31}, "quality_min"),
        ({"quality_min": 7, "quality_max": 6}, "quality_max"),
        ({"trust": [2]}, "trust"),
        ({"trust": [True]}, "trust"),
        ({"types": ["pamphlet"]}, "types"),
        ({"categories": "news"}, "categories"),
        ({"words": [" "]}, "words"),
        ({"words": ["a\x00"]}, "words"),
        ({"duplicate": "yes"}, "duplicate"),
    ],
)
def test_what_cannot_be_read_is_named(stored, field):
    with pytest.raises(BadRule) as refusal:
        Conditions.from_json(stored)

    assert refusal.value.field == field
