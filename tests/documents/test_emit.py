from datetime import UTC, datetime

import pytest
import ryaml
import yaml
from hypothesis import given
from hypothesis import strategies as st

from articles.documents import emit
from articles.texts import CONTROL

texts = st.text().filter(lambda text: not CONTROL.search(text))


@given(texts, st.sampled_from([None, "'", '"', "|", ">"]))
def test_a_text_is_read_back_as_it_was_whatever_it_holds(text, style):
    line = f"key: {emit.scalar(text, style)}\n"

    assert ryaml.loads(line) == {"key": text}
    assert yaml.safe_load(line) == {"key": text}


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            "true",
            "No",
            "on",
            "null",
            "~",
            "12",
            "-1",
            "0x1F",
            "1e3",
            ".inf",
            "NaN",
            "2020-06-11",
            "a: b",
            "a #b",
            "- a",
        ],
        *[
            "[a]",
            "{a",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a",
            "'a",
            '"a',
            "a ",
            " a",
            "---",
            "...",
            "?",
            "=",
            "<<",
        ],
        *["a\u2028b", "\ufeffa", "\U0001f600", "a\nb", "a\tb", "\\x41", "ﷺ", "a\xa0b", "a\r\nb", "Tom & Jerry's (R+D)"],
    ],
)
def test_a_text_that_looks_like_something_else_stays_a_text(text):
    line = f"key: {emit.scalar(text)}\n"

    assert ryaml.loads(line) == {"key": text}
    assert str(yaml.safe_load(line)["key"]) == text


@given(st.recursive(texts | st.booleans() | st.integers(-(2**31), 2**31), lambda inner: st.lists(inner, max_size=3)))
def test_a_value_of_any_depth_is_read_back_from_one_line(value):
    assert ryaml.loads(f"key: {emit.flow({'inner': value})}\n") == {"key": {"inner": value}}


def test_what_upstream_leaves_bare_is_bare():
    assert list(emit.pair("topics", ["AWS AI", "Q&A", "no"], 0)) == ["topics:", "  - AWS AI", "  - Q&A", '  - "no"']
    assert list(emit.pair("title", "Bare", 2)) == ['  title: "Bare"']
    assert emit.scalar(datetime(20, 6, 11, 13, 11, tzinfo=UTC)) == "0020-06-11T13:11:00Z"
