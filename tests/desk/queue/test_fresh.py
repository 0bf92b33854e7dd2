"""What the page of the queue asks for every few seconds: its rows as they are now, and the numbers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import moderation
from tests.desk.queue.waiting import make_full, make_waiting

pytestmark = pytest.mark.django_db


def fresh(client, *articles, **more):
    rows = ",".join(str(article.pk) for article in articles)
    return client.get("/desk/queue/", {"part": "fresh", "rows": rows, **more})


def number_of(answer, label) -> int:
    return next(tab.number for tab in answer.context["tabs"] if tab.label == label)


def test_it_tells_of_claims_decisions_and_numbers(desk, editor):
    claimed, decided, open_one = (make_waiting(title=title) for title in ("Claimed", "Decided", "Open"))
    moderation.claim(claimed, by=editor)
    moderation.claim(open_one, by=editor)
    moderation.publish(decided, by=editor, version=1)

    answer = fresh(desk, claimed, decided, open_one, item=open_one.pk)

    rows = {row.article.title: row for row in answer.context["rows"]}
    assert (rows["Claimed"].holder, rows["Decided"].is_decided, rows["Open"].holder) == (editor, True, editor)
    assert f"<strong>{editor}</strong> has it until" in answer.text
    assert f'value="{decided.pk}:2"' in answer.text
    assert number_of(answer, "Pending") == 2


def test_a_filtered_list_gets_its_own_number(desk):
    article = make_waiting(type="video")
    make_waiting()

    answer = fresh(desk, article, type="video")

    assert answer.context["matching"] == 1


def test_it_takes_two_queries_beside_those_for_the_person(desk):
    articles = [make_full(number) for number in range(30)]
    fresh(desk, *articles)

    with CaptureQueriesContext(connection) as queries:
        fresh(desk, *articles, item=articles[0].pk)

    own = [query["sql"] for query in queries if "articles_" in query["sql"]]
    assert len(own) == 2
    assert len(queries) == len(own) + 4  # the session, its person, and what they may do


@pytest.mark.parametrize("rows", ["", ",", "x", "1,x", "9" * 30, "-1", "999999999999999999", "1," * 3000])
def test_rows_that_are_none_are_left_out(desk, rows):
    answer = desk.get("/desk/queue/", {"part": "fresh", "rows": rows})

    assert (answer.status_code, answer.context["rows"]) == (200, [])


def test_it_shows_nothing_to_who_may_not_decide(client, importer):
    client.force_login(importer)

    assert fresh(client).status_code == 403


def test_a_page_that_asks_by_itself_does_not_keep_the_session_alive(desk):
    session = desk.session
    session["begun"] = (timezone.now() - timedelta(hours=2)).timestamp()
    session.save()

    fresh(desk)
    assert desk.session["begun"] == session["begun"]

    desk.get("/desk/queue/")
    assert desk.session["begun"] > session["begun"]
