import csv
import io
import json
import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import moderation
from articles.desk.log import reports as event_reports
from articles.desk.log.filters import EventFilter
from articles.desk.log.views import PER_PAGE, entries
from articles.models import Event, ImportRun, Reason
from articles.moderation import Context, Why
from tests.factories import make_article, make_provider

pytestmark = pytest.mark.django_db

LOG = "/desk/log/"


@pytest.fixture
def as_moderator(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def article():
    return make_article(title="A tram along the harbour", heat=3)


def shown(client, **query) -> list[Event]:
    return [event for _, events in client.get(LOG, query).context["days"] for event in events]


def make_event(article, by, **fields) -> Event:
    return Event.objects.create(
        **{"article": article, "title": article.title, "by": by, "channel": "desk", "verb": "score", "version": 1}
        | fields
    )


def test_an_entry_says_what_changed_from_what_to_what_and_why(as_moderator, moderator, article):
    moderation.score(article, by=moderator, version=1, heat=40)
    moderation.reject(article, by=moderator, version=2, why=Why(Reason.objects.get(slug="off-topic"), "About boats"))

    page = as_moderator.get(LOG).content.decode()

    assert [event.verb for event in shown(as_moderator)] == ["reject", "score"]
    assert "<del>3</del>" in page
    assert "<ins>40</ins>" in page
    assert "<b>Off topic</b>: " in page
    assert "About boats" in page
    assert page.count(f'<a class="entry-title" href="/desk/articles/{article.pk}/" dir="auto">') == 2


def test_an_entry_outlives_its_article_and_says_so(as_moderator, editor, article):
    moderation.score(article, by=editor, version=1, heat=40)
    pk = article.pk
    moderation.delete(article, by=editor, version=2)

    events = shown(as_moderator)

    assert [(event.verb, event.existing_article) for event in events] == [("delete", None), ("score", None)]
    assert f"/desk/articles/{pk}/" not in as_moderator.get(LOG).content.decode()


def test_the_log_is_found_by_all_that_an_entry_says(as_moderator, moderator, editor, article):
    other = make_article(title="Solar roofs", provider=make_provider(domain="sun.example", name="The Sun"))
    batch, run = uuid.uuid4(), ImportRun.objects.create()
    long_ago = timezone.now() - timedelta(days=9)
    events = {
        "harbour": make_event(article, moderator, at=long_ago),
        "roofs": make_event(other, editor, verb="publish", batch=batch),
        "import": make_event(other, None, verb="import", channel="import", run=run),
        "why": make_event(article, moderator, verb="reject", channel="bulk", reason=Reason.objects.get(slug="wrong")),
    }
    names = {event.pk: name for name, event in events.items()}

    def found(**query):
        return sorted(names[event.pk] for event in shown(as_moderator, **query))

    assert found() == ["harbour", "import", "roofs", "why"]
    assert found(person=editor.username) == ["roofs"]
    assert found(verb="reject") == ["why"]
    assert found(article="HARBOUR tram") == ["harbour", "why"]
    assert found(article=str(other.pk)) == ["import", "roofs"]
    assert found(provider="sun.ex") == found(provider="the sun") == ["import", "roofs"]
    assert found(channel="bulk") == ["why"]
    assert found(batch=str(batch)) == ["roofs"]
    assert found(run=str(run.pk)) == ["import"]
    assert found(reason="wrong") == ["why"]
    assert found(until=timezone.localdate(long_ago)) == ["harbour"]
    assert found(since=timezone.localdate()) == ["import", "roofs", "why"]
    assert found(verb="publish", person=moderator.username) == []


@pytest.mark.parametrize(
    "query",
    [
        "verb=nonsense",
        "person=nobody-of-this-name",
        "since=yesterday",
        "since=2021-01-02&until=2021-01-01",
        "batch=1",
        "run=x",
        "run=99999999999999999999",
        "reason=%00",
        "article=%00",
        "channel=x",
    ],
)
def test_a_wrong_filter_shows_an_error_and_no_entry(as_moderator, moderator, article, query):
    make_event(article, moderator)

    answer = as_moderator.get(f"{LOG}?{query}")

    assert (answer.status_code, answer.context["days"], bool(answer.context["filter"].errors)) == (200, [], True)
    assert 'role="alert"' in answer.content.decode()
    for kind in ("csv", "json"):
        refused = as_moderator.get(f"/desk/log.{kind}?{query}")
        assert (refused.status_code, refused.streaming) == (422, False)


def test_pages_hold_every_entry_once_and_keep_the_filter(as_moderator, moderator, article):
    at = timezone.now()
    for _ in range(PER_PAGE + 10):
        make_event(article, moderator, at=at)
    make_event(article, moderator, verb="publish")

    first = as_moderator.get(LOG, {"verb": "score"})
    second = as_moderator.get(LOG + first.context["page"].older)

    pks = [event.pk for page in (first, second) for event in page.context["page"].articles]
    assert pks == sorted(Event.objects.filter(verb="score").values_list("pk", flat=True), reverse=True)
    back = as_moderator.get(LOG + second.context["page"].newer)
    assert (back.status_code, back.url) == (302, f"{LOG}?verb=score")


def test_the_csv_holds_a_line_for_each_change_and_no_formula(as_moderator, moderator, article):
    moderation.score(article, by=moderator, version=1, heat=40, quality=7)
    moderation.reject(article, by=moderator, version=2, why=Why(Reason.objects.get(slug="off-topic"), "=1+1"))

    answer = as_moderator.get("/desk/log.csv", {"verb": "score"})
    everything = as_moderator.get("/desk/log.csv")

    _, *rows = read_csv(answer)
    assert [[row[5], row[7], *row[9:12]] for row in rows] == [
        ["score", article.title, "heat", "3", "40"],
        ["score", article.title, "quality", "0", "7"],
    ]
    assert {row[13] for row in read_csv(everything)[1:] if row[5] == "reject"} == {"'=1+1"}
    assert answer["Content-Disposition"] == 'attachment; filename="log.csv"'


def read_csv(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_the_json_holds_what_the_log_holds(as_moderator, moderator, article):
    empty = json.loads(b"".join(as_moderator.get("/desk/log.json").streaming_content))
    event = moderation.score(article, by=moderator, version=1, heat=40, at=Context(batch=uuid.uuid4()))

    (told,) = json.loads(b"".join(as_moderator.get("/desk/log.json").streaming_content))

    assert empty == []
    assert told == {
        "event": event.pk,
        "at": event.at.isoformat(),
        "person": "moderators",
        "channel": "desk",
        "run": None,
        "verb": "score",
        "article": article.pk,
        "title": article.title,
        "version": 2,
        "reason": None,
        "note": "",
        "batch": str(event.batch),
        "undoes": None,
        "rule": None,
        "before": {"heat": 3},
        "after": {"heat": 40},
    }


def test_an_export_never_holds_the_whole_log(moderator, article):
    Event.objects.bulk_create(
        Event(article=article, title="t", by=moderator, channel="desk", verb="score", version=1) for _ in range(2500)
    )
    with CaptureQueriesContext(connection) as captured:
        lines = event_reports.as_csv(Event.objects.all())
        head = [next(lines) for _ in range(3)]

    assert len(head) == 3
    assert len(captured) == 1
    assert sum(1 for _ in lines) == 2498


def test_the_log_takes_the_same_queries_for_one_entry_and_for_fifty(as_moderator, moderator):
    run = ImportRun.objects.create()

    def grow(number):
        for _ in range(number):
            article = make_article()
            event = moderation.score(article, by=moderator, version=1, heat=40, at=Context(batch=uuid.uuid4()))
            make_event(article, moderator, verb="undo", undoes=event)
            make_event(make_article(), None, run=run, verb="import", channel="import")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            as_moderator.get(LOG)
        return len(captured)

    grow(1)
    few = queries()
    grow(49)

    assert queries() == few
    assert few <= 9


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({}, "event_by_date"),
        ({"since": "2021-01-01", "until": "2021-01-02"}, "event_by_date"),
        ({"person": "moderators"}, "event_by_person"),
        ({"verb": "score"}, "event_by_verb"),
        ({"article": "7"}, "event_by_(article|date)"),
    ],
)
def test_the_newest_entries_come_out_of_an_index_in_their_order(moderator, query, index):
    chosen = EventFilter(query, entries())
    with connection.cursor() as sql:
        if connection.vendor == "postgresql":
            # In a table of no size every way is as good.
            sql.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
            )

    plan = chosen.qs[: PER_PAGE + 1].explain()

    assert re.search(rf"{index}\b", plan), plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


@pytest.mark.parametrize("role", ["Moderators", "Editors", "superuser"])
def test_nobody_changes_or_deletes_an_entry(client, make_user, moderator, article, role):
    event = make_event(article, moderator)
    client.force_login(make_user(role, username="anyone"))
    admin = f"/admin/articles/event/{event.pk}"

    answers = [
        client.post(f"{admin}/change/", {"note": "Not so"}).status_code,
        client.post(f"{admin}/delete/", {"post": "yes"}).status_code,
        client.post("/admin/articles/event/add/", {}).status_code,
    ]

    assert answers == [403, 403, 403]
    event.refresh_from_db()
    assert event.note == ""


def test_the_log_is_for_those_who_decide(client, make_user):
    answers = {}
    for role in ("Importers", "Moderators", "Editors", "superuser"):
        client.force_login(make_user(role, username=f"a-{role}"))
        answers[role] = [client.get(path).status_code for path in (LOG, "/desk/log.csv", "/desk/log.json")]
    client.logout()

    assert answers == {role: [403 if role == "Importers" else 200] * 3 for role in answers}
    assert client.get(LOG).url.endswith("/login/?next=/desk/log/")
