"""/desk/log/kept/: what happened to what people keep, and its undo."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.vocabulary.writer import change
from tests.factories import make_provider, make_topic


def address(name: str, row) -> str:
    return reverse(f"desk_{name}", args=[row.pk])


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def other(make_user):
    return make_user("Editors", username="colleague")


def test_the_log_is_filtered_by_kind_and_person_and_paged(desk, editor, other, monkeypatch):
    monkeypatch.setattr("articles.desk.log.kept.PER_PAGE", 2)
    provider, topic = make_provider(name="A"), make_topic("T")
    for number in range(3):
        change(provider, {"name": f"A {number}"}, by=editor, version=number + 1)
    change(topic, {"short_name": "S"}, by=other, version=1)
    log = reverse("desk_log_kept")

    assert [event.title for event in desk.get(log).context["events"]] == ["T", "A 2"]
    older = desk.get(log + desk.get(log).context["page"].older)
    assert [event.title for event in older.context["events"]] == ["A 1", "A 0"]
    assert [event.title for event in desk.get(log, {"kind": "topic"}).context["events"]] == ["T"]
    assert [event.title for event in desk.get(log, {"person": "colleague"}).context["events"]] == ["T"]
    assert [event.title for event in desk.get(log, {"named": "a 1"}).context["events"]] == ["A 1"]
    assert "Nothing is shown" in desk.get(log, {"kind": "nonsense"}).text


def test_an_entry_is_undone_from_the_log(desk, other):
    topic = make_topic("T")
    event = change(topic, {"short_name": "S"}, by=other, version=1)

    page = desk.post(address("kept_undo", event), follow=True)

    topic.refresh_from_db()
    assert (topic.short_name, topic.version) == ("", 3)
    assert "Undone: change “T”." in page.text
    assert "that was undone already" in desk.post(address("kept_undo", event), follow=True).text


def test_the_undo_is_for_those_who_may_change_it(client, moderator, editor):
    event = change(make_topic("T"), {"short_name": "S"}, by=editor, version=1)
    client.force_login(moderator)

    assert client.post(address("kept_undo", event)).status_code == 403
    assert "Undo" not in client.get(reverse("desk_log_kept")).text


def test_the_log_needs_as_many_queries_for_many_entries_as_for_one(desk, editor):
    provider = make_provider(name="A")
    counts = []
    for number in (1, 20):
        for _ in range(number):
            change(provider, {"name": f"A {provider.version}"}, by=editor, version=provider.version)
        with CaptureQueriesContext(connection) as queries:
            desk.get(reverse("desk_log_kept"))
        counts.append(len(queries))

    assert counts[0] == counts[1]
