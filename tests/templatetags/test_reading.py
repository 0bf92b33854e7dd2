from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles.templatetags.reading import in_words
from articles.texts import shortened


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("A tram for the harbour", 22, "A tram for the harbour"),
        ("A tram for the harbour", 21, "A tram for the…"),
        ("A tram for the harbour", 15, "A tram for the…"),
        ("A tram for the harbour", 14, "A tram for…"),
        ("The tram, at last, is there", 19, "The tram, at last…"),
        ("Donaudampfschifffahrtsgesellschaft", 10, "Donaudamp…"),
        ("A Donaudampfschifffahrtsgesellschaft", 20, "A Donaudampfschifff…"),
        ("", 5, ""),
    ],
)
def test_a_text_is_shortened_between_its_words(text, most, shown):
    assert shortened(text, most) == shown


@given(st.text(max_size=60), st.integers(2, 40))
def test_a_shortened_text_is_its_beginning_and_not_too_long(text, most):
    short = shortened(text, most)

    assert len(short) <= most or short == text
    assert text.startswith(short.removesuffix("…")) or short == text


def test_a_moment_is_said_by_its_day():
    now = timezone.localtime().replace(hour=12, minute=5)

    assert in_words(now) == "Today, 12:05"
    assert in_words(now - timedelta(days=1)) == "Yesterday, 12:05"
    assert in_words(now.replace(year=2020, month=2, day=3)) == "3 February 2020"
