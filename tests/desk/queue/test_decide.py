"""Decisions in the queue: what each verb writes, what is refused, and what is open afterwards."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Event
from tests.desk.queue.decisions import FIELDS, QUEUE, make_for, post
from tests.desk.queue.waiting import make_full, make_waiting
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def last_event(article) -> Event:
    return Event.objects.filter(article=article).order_by("-pk").first()


@pytest.mark.parametrize("verb", FIELDS)
def test_each_verb_is_carried_out_and_can_be_undone(desk, moderator, editor, verb):
    article = make_for(verb, editor)

    answer = desk.post(
        f"/desk/articles/{article.pk}/{verb}/", {"version": 1, "next": QUEUE, **FIELDS[verb]}, follow=True
    )

    event = last_event(article)
    assert (event.verb, event.by, event.channel, event.version) == (verb, moderator, "desk", 2)
    assert f'action="/desk/events/{event.pk}/undo/"' in answer.content.decode()


def test_the_verbs_write_what_was_asked_for(desk, editor, moderator):
    facts = {}
    for verb in FIELDS:
        article = make_for(verb, editor)
        post(desk, article, verb)
        article.refresh_from_db()
        facts[verb] = {
            "publish": article.state,
            "reject": (article.state, str(last_event(article).reason), last_event(article).note),
            "withdraw": article.state,
            "reopen": article.state,
            "score": (article.heat, article.quality),
            "note": article.notes,
            "flag": article.flag,
            "assign": article.assigned_to,
        }[verb]

    assert facts == {
        "publish": "published",
        "reject": ("rejected", "Off topic", "About gardens"),
        "withdraw": "withdrawn",
        "reopen": "pending",
        "score": (12, 0),
        "note": "Ask the author",
        "flag": "The date is odd",
        "assign": moderator,
    }


def test_a_flag_and_an_assignment_are_taken_back(desk, moderator):
    article = make_waiting(flag="Look", assigned_to=moderator)

    post(desk, article, "flag", why="", clear="1")
    post(desk, article, "assign", version=2, to="")

    article.refresh_from_db()
    assert (article.flag, article.assigned_to) == ("", None)


@pytest.mark.parametrize("verb", ["reject", "withdraw"])
def test_taking_an_article_from_readers_needs_a_preset(desk, editor, verb):
    article = make_for(verb, editor)

    answers = [post(desk, article, verb, reason=reason) for reason in ("", "no-such-reason")]

    article.refresh_from_db()
    assert ([answer.status_code for answer in answers], article.version) == ([422, 422], 1)
    assert "Choose a reason" in answers[0].content.decode()


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("score", {"heat": "", "quality": ""}),
        ("score", {"heat": "-2"}),
        ("score", {"heat": "1e9"}),
        ("score", {"quality": "99999999999"}),
        ("note", {"notes": "a\x0bb"}),
        ("note", {"notes": "a" * 10_001}),
        ("reject", {"note": "a\x00b"}),
        ("reject", {"note": "a\x0bb"}),
        ("flag", {"why": ""}),
        ("flag", {"why": "a" * 501}),
        ("flag", {"why": "\u202e"}),
        ("assign", {"to": "nobody"}),
        ("assign", {"to": "importers"}),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(desk, importer, verb, data):
    article = make_waiting()

    answer = post(desk, article, verb, **data)

    article.refresh_from_db()
    assert (answer.status_code, article.version) == (422, 1)


def test_a_decision_that_the_state_does_not_admit_says_so(desk, editor):
    article = make_waiting(published=True, reviewed_by=editor)

    answer = post(desk, article, "publish")

    assert answer.status_code == 422
    assert "is published already" in answer.content.decode()


def test_what_a_colleague_works_on_is_not_decided_by_another(desk, make_user):
    anne = make_user("Moderators", username="anne")
    article = make_waiting(claimed_by=anne, claimed_until=timezone.now() + timedelta(minutes=5))

    answer = post(desk, article, "publish", next=QUEUE, part="1")

    article.refresh_from_db()
    assert (answer.status_code, article.state) == (409, "pending")
    assert "anne is working on it" in answer.content.decode()


def test_after_a_decision_the_next_in_the_same_list_is_open_and_claimed(desk, moderator):
    make_waiting(heat=100, type="video")
    decided, following = make_waiting(heat=50, type="video"), make_waiting(heat=5, type="video")
    make_waiting(heat=20)

    answer = post(desk, decided, "publish", next=f"/desk/queue/?type=video&item={decided.pk}")

    following.refresh_from_db()
    assert answer.url == f"/desk/queue/?type=video&item={following.pk}"
    assert following.claimed_by == moderator


def test_after_the_last_one_the_list_begins_again_and_then_is_empty(desk):
    first, last = make_waiting(heat=100), make_waiting(heat=1)

    answers = [post(desk, last, "publish", next=QUEUE), post(desk, first, "publish", next=QUEUE)]

    assert [answer.url for answer in answers] == [f"/desk/queue/?item={first.pk}", "/desk/queue/"]


def test_a_note_stays_at_its_article(desk):
    article = make_waiting()

    assert post(desk, article, "note", next="/desk/queue/?order=newest").url == (
        f"/desk/queue/?order=newest&item={article.pk}"
    )


@pytest.mark.parametrize(
    "path", ["https://evil.example/desk/queue/", "//evil.example/desk/queue/", "/\\evil", "evil", "//["]
)
def test_no_form_leads_to_another_site(desk, path):
    article = make_waiting()

    assert post(desk, article, "publish", next=path).url == f"/desk/queue/?item={article.pk}"


def test_a_decision_returns_to_the_page_it_was_made_on(desk):
    article = make_waiting()

    assert post(desk, article, "publish", next=f"/desk/articles/{article.pk}/").url == f"/desk/articles/{article.pk}/"


def test_a_claim_is_taken_given_back_and_respected(desk, moderator, make_user, client):
    article = make_waiting()
    theirs = make_waiting(
        claimed_by=make_user("Moderators", username="anne"), claimed_until=timezone.now() + timedelta(minutes=5)
    )
    part = {"part": "1", "next": QUEUE}

    taken = desk.post(f"/desk/articles/{article.pk}/claim/", part)
    article.refresh_from_db()
    holder = article.claimed_by
    given = desk.post(f"/desk/articles/{article.pk}/release/", part)
    article.refresh_from_db()
    refused = desk.post(f"/desk/articles/{theirs.pk}/claim/", part)

    assert (taken.status_code, holder) == (200, moderator)
    assert (given.status_code, article.claimed_by, article.version) == (200, None, 1)
    assert (refused.status_code, "anne" in refused.content.decode()) == (409, True)


@pytest.mark.parametrize("verb", ["publish", "reject"])
def test_a_decision_and_the_next_article_take_few_queries(desk, verb):
    articles = [make_full(number) for number in range(30)]
    post(desk, articles[-1], verb, next=QUEUE, part="1")

    with CaptureQueriesContext(connection) as queries:
        answer = post(desk, articles[0], verb, next=QUEUE, part="1")

    assert answer.context["item"].article.title.startswith("Full ")
    work = [query for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    # A rejection asks for its reason, and whether other articles link to it: their kept pages lose that link.
    assert len(work) == {"publish": 13, "reject": 15}[verb]


@pytest.mark.parametrize("role", ["", "Importers"])
def test_without_the_role_nothing_is_decided(client, make_user, role):
    client.force_login(make_user(role, username="somebody"))
    article = make_article()

    statuses = {client.post(f"/desk/articles/{article.pk}/{verb}/", {"version": 1}).status_code for verb in FIELDS}

    assert statuses == {403}
