from datetime import UTC, datetime, timedelta
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Article
from articles.models.ranking import rank
from tests.factories import make_article

DAY = timedelta(days=1)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
heats = st.integers(-1, 10_000)


@given(heats, moments)
def test_twice_the_heat_is_worth_one_half_life_of_youth(heat, moment):
    heat = max(heat, 1)

    assert rank(2 * heat, moment) == pytest.approx(rank(heat, moment + DAY))


@given(heats, moments, heats, moments)
def test_the_order_of_a_stored_rank_is_the_order_of_decayed_heat_at_every_moment(one, then, other, later):
    """The decayed heat of an article, `heat / 2 ** age`, is taken as its logarithm."""
    now = datetime(2070, 1, 1, tzinfo=UTC)

    difference = rank(one, then) - rank(other, later)

    decayed = (log2(max(one, 1)) - (now - then) / DAY) - (log2(max(other, 1)) - (now - later) / DAY)
    assert difference == pytest.approx(decayed, abs=1e-6)


def test_an_article_that_is_not_scored_ranks_as_one_of_heat_1():
    moment = datetime(2020, 1, 1, tzinfo=UTC)

    assert rank(-1, moment) == rank(0, moment) == rank(1, moment)


def test_the_half_life_is_a_setting(settings):
    settings.FRONT_HALF_LIFE = 48
    moment = datetime(2020, 1, 1, tzinfo=UTC)

    assert rank(2, moment) == pytest.approx(rank(1, moment + 2 * DAY))


@pytest.mark.django_db
def test_the_front_page_puts_hot_and_young_first():
    monday = datetime(2020, 6, 1, tzinfo=UTC)
    cold, old, hot = [
        make_article(published_at=when, heat=heat)
        for when, heat in [(monday, 1), (monday - 30 * DAY, 100), (monday, 9)]
    ]
    twin = make_article(published_at=monday, heat=9)

    assert list(Article.objects.ranked()) == [twin, hot, cold, old]
