"""Lines are found by indentation where front matter is plain block style: as composing it finds them."""

import pytest
import ryaml
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from articles.documents import emit
from articles.documents.lines import LineFinder, compose, is_plain, line_in_blocks
from articles.documents.lines import _pair as composed

PLAIN = """\
# A comment
title: "A: \\"title\\""   # the headline
topics:
- AI
-   'It''s #1'

related:
  - title: One, of many
    webUrl: https://a.example/#a

    provider:
      name: A
      images:
        - url: /a.png
  - webUrl: https://b.example
    topics: [a, "b, c"]
empty:
last: -1
"""


def paths(value, where=()):
    """The keys of every value, and of one that is not there in each collection."""
    yield where
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*where, key))
        yield (*where, "absent")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*where, index))
        yield (*where, len(value))


def line_composed(text, keys):
    return text.count("\n", 0, composed(compose(text), keys)[0])


@pytest.mark.parametrize("text", [PLAIN, PLAIN.replace("\n", "\r\n"), "  " + PLAIN.replace("\n", "\n  ").rstrip(" ")])
def test_plain_front_matter_is_not_composed(text):
    assert is_plain(text)
    for keys in paths(ryaml.loads(text)):
        assert line_in_blocks(text, keys) == line_composed(text, keys), keys


ENDS = [
    "", "", "x", "x - y", "- x", "x: y", "x #y", "#y", "'x'", '"x"', '"x', "x'", "[x, y]", "[x", "|", ">-", "-x",
    "{a: b}", "*x", "? x", "a:b", "\u2028", "- - x", "x  # a: b", "'a': x", "..", "%x",
]  # fmt: skip
lines = st.lists(
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["", " ", "  ", "    "]),
        st.sampled_from(["", "", "- ", "-  "]),
        st.sampled_from(["", "a: ", "b: ", "key: ", "a:", "b:", "c-1:"]),
        st.sampled_from(ENDS),
    ),
    max_size=8,
).map("\n".join)


@given(lines, st.sampled_from(["", "\n"]))
@example("a: x\n  - y\nb: z", "\n")
@example("a: x\n\n  - y", "")
@example("a:\n- b:\n  - c\n- d", "\n")
@example("- x", "\n")
def test_what_is_taken_for_plain_has_the_lines_of_composing(text, end):
    text += end
    try:
        front = ryaml.loads(text)
    except (ryaml.InvalidYamlError, TypeError):
        return
    if not is_plain(text) or not isinstance(front, dict):
        return

    for keys in paths(front):
        assert line_in_blocks(text, keys) == line_composed(text, keys), keys


words = st.text(st.sampled_from("ab-: '\"#[]{}é|,\u2028"), max_size=6)
fronts = st.dictionaries(
    st.sampled_from(["a", "b", "key", "c-1"]),
    st.recursive(
        words | st.integers() | st.none(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner, min_size=1, max_size=3)
        ),
        max_leaves=12,
    ),
    min_size=1,
)


@given(fronts, st.sampled_from([2, 3, 4]), st.booleans())
def test_whatever_is_written_has_the_lines_of_composing(front, indent, ours):
    text = "\n".join(emit.mapping(front, 0)) if ours else yaml.safe_dump(front, indent=indent, allow_unicode=True)
    if not is_plain(text):
        return

    for keys in paths(front):
        assert line_in_blocks(text, keys) == line_composed(text, keys), keys


def test_other_front_matter_is_composed():
    finder = LineFinder("a: |\n  text: x\n\n  more\nb: {c: 1,\n  d: 2}\n")

    assert [finder.line_of(keys) for keys in (["b"], ["b", "d"], ["b", "e"], ["e"])] == [4, 5, 4, 0]


def test_a_number_is_given_as_it_is_written():
    finder = LineFinder("a: 3.10\nb: [1e3, {c: 0x10}]\n")

    assert [finder.literal(keys) for keys in (["a"], ["b", 0], ["b", 1, "c"], ["b"], ["c"])] == [
        "3.10",
        "1e3",
        "0x10",
        "",
        "",
    ]
