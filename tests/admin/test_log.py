"""Events, runs, files and tombstones: what nobody changes, and how it is read."""

import re

import pytest

from articles import moderation
from articles.models import Event, ImportFile, ImportRun, Tombstone
from tests.admin.addresses import url
from tests.factories import make_article


@pytest.fixture
def logged(editor):
    article = make_article(title="Gone")
    moderation.score(article, by=editor, version=1, heat=5)
    moderation.delete(article, by=editor, version=2)
    run = ImportRun.objects.create(status="done", finished_at="2021-01-01T00:00Z", counts={"created": 3})
    ImportFile.objects.create(
        run=run,
        path="_news/a.md",
        verdict="rejected",
        messages=[{"level": "error", "line": 3, "field": "title", "text": "is missing"}],
        changes={"heat": [1, 2]},
    )
    return [Event.objects.first(), run, run.files.get()]


def test_nobody_writes_the_log_not_even_a_superuser(client, make_user, logged):
    client.force_login(make_user("superuser"))

    for row in logged:
        name = row._meta.model_name
        statuses = [
            client.get(url(name, "changelist"), follow=True).status_code,
            client.get(url(name, "change", row.pk), follow=True).status_code,
            client.get(url(name, "history", row.pk), follow=True).status_code,
            client.post(url(name, "change", row.pk), {"note": "x"}).status_code,
            client.get(url(name, "add")).status_code,
            client.post(url(name, "delete", row.pk), {"post": "yes"}).status_code,
        ]
        assert statuses == [200, 200, 200, 403, 403, 403]


def test_the_log_tells_of_articles_that_are_gone(desk, logged):
    page = desk.get(url("event", "changelist"), follow=True)
    one = desk.get(url("event", "change", logged[0].pk))

    assert "Gone" in page.text
    (event,) = (event for _, events in page.context["days"] for event in events if event.verb == "score")
    assert [(d.label, d.before, d.after) for d in event.differences] == [("heat", [("-1", True)], [("5", True)])]
    assert one.url == f"/desk/log/?article={logged[0].article_id}#event-{logged[0].pk}"


def test_events_can_be_filtered(desk, logged, editor):
    log = desk.get(url("event", "changelist")).url

    page = desk.get(log, {"verb": "score", "channel": "desk", "person": editor.username})

    assert [event.verb for _, events in page.context["days"] for event in events] == ["score"]


def test_messages_of_a_file_name_line_and_field(desk, logged):
    rows = {"importrun": logged[1], "importfile": logged[2]}
    pages = [desk.get(url(name, "change", row.pk), follow=True) for name, row in rows.items()]

    for page in pages:
        told = " ".join(re.sub(r"<[^>]*>", " ", page.text).split())
        assert "_news/a.md error line 3 title is missing" in told


def test_reviving_deletes_the_tombstone(desk, logged):
    tombstone = Tombstone.objects.get()

    page = desk.get(url("tombstone", "delete", tombstone.pk))
    response = desk.post(url("tombstone", "delete", tombstone.pk), {"post": "yes"})

    assert "brings the article back" in page.text
    assert response.status_code == 302
    assert not Tombstone.objects.exists()
