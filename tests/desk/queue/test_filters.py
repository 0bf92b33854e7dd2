"""Filters of the queue: each finds its own, and a wrong one shows an error."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.desk.queue.waiting import listed, make_waiting, tabs_of, titles
from tests.factories import make_provider, make_topic

pytestmark = pytest.mark.django_db


def filters(moderator):
    theirs = User.objects.create_user("somebody", is_staff=True)
    soon = timezone.now() + timedelta(minutes=5)
    topic = make_topic("Power")
    found = {
        "provider=the-verge.example": {"provider": make_provider(domain="the-verge.example", name="The Verge")},
        "topic=power": {"topics": [topic]},
        "type=video": {"type": "video"},
        "category=sample": {"category": "sample"},
        "quality_from=50&quality_to=60": {"quality": 55},
        "heat_from=70&heat_to=80": {"heat": 75},
        "day=2020-01-02": {"published_at": timezone.make_aware(timezone.datetime(2020, 1, 2, 10))},
        "claimed=me": {"claimed_by": moderator, "claimed_until": soon},
        "assigned=me": {"assigned_to": moderator},
        "words=rare+news": {"title": "News that are rare"},
    }
    make_waiting(title="Of another", claimed_by=theirs, claimed_until=soon, assigned_to=theirs)
    make_waiting(title="Claimed long ago", claimed_by=moderator, claimed_until=timezone.now() - timedelta(minutes=1))
    for number, fields in enumerate(found.values()):
        make_waiting(**{"title": f"Found {number}", **fields})
    return found


def test_each_filter_finds_its_own_and_goes_along_in_every_address(desk, moderator):
    for number, (query, fields) in enumerate(filters(moderator).items()):
        answer = desk.get(f"/desk/queue/?{query}")

        assert titles(answer) == [fields.get("title", f"Found {number}")], query
        pk = answer.context["rows"][0].article.pk
        assert f"/desk/queue/?{query.replace('&', '&amp;')}&amp;item={pk}" in answer.content.decode()
        tab = next(tab.address for tab in tabs_of(desk, query) if tab.label == "Pending")
        assert parse_qs(urlsplit(tab).query) == parse_qs(query) | {"reason": ["pending"]}


def test_a_provider_is_found_by_its_name_too(desk):
    make_waiting(title="Found", provider=make_provider(domain="the-verge.example", name="The Verge"))
    make_waiting(title="Another")

    assert listed(desk, "?provider=The+Verge") == ["Found"]


@pytest.mark.parametrize(
    "query",
    [
        "provider=nobody.example", "topic=none", "type=book", "category=none", "quality_from=x",
        "quality_from=9&quality_to=1", "heat_to=99999999999999999999", "day=2021-02-31", "reason=boredom",
        "state=pending", "claimed=you", "order=random",
        "words=%00", "provider=%00", "reason=live&state=published", "state=published&order=priority",
    ],
)  # fmt: skip
def test_a_wrong_filter_shows_an_error_and_nothing_else(desk, query):
    make_waiting()

    answer = desk.get(f"/desk/queue/?{query}")

    assert answer.status_code == 200
    assert titles(answer) == []
    assert answer.context["filter"].form.errors
    assert "Nothing is shown, because a filter cannot be read" in answer.content.decode()
