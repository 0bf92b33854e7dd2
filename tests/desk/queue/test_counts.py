"""The numbers of the queue: right after every step, of a filtered list too; and the lists that one click finds."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from articles.models import Article, DeskPreference, Reason
from tests.desk.queue.decisions import post
from tests.desk.queue.waiting import listed, make_waiting, tabs_of
from tests.factories import make_article, make_provider

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def numbers(answer) -> dict[str, int | None]:
    return {tab.label: tab.number for tab in answer.context["tabs"]}


def test_the_numbers_come_with_the_answer_of_a_decision(desk):
    first, _, _ = (make_waiting() for _ in range(3))
    before = numbers(desk.get("/desk/queue/"))

    answer = post(desk, first, "publish", next="/desk/queue/", part="1")

    assert (before["All"], before["Pending"]) == (3, 3)
    assert (numbers(answer)["All"], numbers(answer)["Pending"]) == (2, 2)
    assert '<span id="matching" class="number">2</span>' in answer.content.decode()


def test_a_filtered_list_says_how_many_it_holds_and_nothing_of_lists_nobody_counted(desk):
    for _ in range(2):
        make_waiting(type="video")
    make_waiting(type="video", published=True)
    make_waiting()

    answer = desk.get("/desk/queue/?type=video&reason=pending")

    assert answer.context["matching"] == 2
    assert {label: number for label, number in numbers(answer).items() if number is not None} == {"Pending": 2}


def test_a_decision_in_a_filtered_list_counts_that_list(desk):
    first, _ = make_waiting(type="video"), make_waiting(type="video")
    make_waiting()

    answer = post(desk, first, "publish", next="/desk/queue/?type=video", part="1")

    assert (answer.context["matching"], numbers(answer)["All"]) == (1, 1)


def test_a_list_without_an_article_of_the_word_counts_none(desk):
    make_waiting(title="Power")

    answer = desk.get("/desk/queue/?words=zebrafish")

    assert (answer.status_code, answer.context["matching"]) == (200, 0)


def test_mine_is_what_waits_for_me(desk, moderator):
    other = User.objects.create_user("somebody", is_staff=True)
    make_waiting(title="For me", assigned_to=moderator)
    make_waiting(title="For another", assigned_to=other)
    make_waiting(title="Decided", assigned_to=moderator, published=True, reviewed_by=moderator)

    tab = next(tab for tab in tabs_of(desk) if tab.label == "Mine")
    answer = desk.get(tab.address)

    assert tab.number == 1
    assert [row.article.title for row in answer.context["rows"]] == ["For me"]
    assert [tab.label for tab in answer.context["tabs"] if tab.is_current] == ["Mine"]
    assert next(tab.address for tab in answer.context["tabs"] if tab.label == "All") == "/desk/queue/"


@pytest.mark.parametrize(("label", "date"), [("Scheduled", "publish_at"), ("Expiring", "expires_at")])
def test_what_has_a_date_to_come_is_listed_by_that_date(desk, moderator, label, date):
    now = timezone.now()
    for title, hours in [("Later", 5), ("Soon", 1), ("Past", -1)]:
        make_waiting(title=title, published=True, reviewed_by=moderator, **{date: now + hours * HOUR})
    make_waiting(title="Not published", **{date: now + HOUR})
    make_waiting(title="No date", published=True, reviewed_by=moderator)

    tab = next(tab for tab in tabs_of(desk) if tab.label == label)

    assert tab.number == 2
    assert listed(desk, tab.address.partition("/desk/queue/")[2]) == ["Soon", "Later"]


@pytest.mark.parametrize(
    ("query", "order"), [("?state=scheduled", "soonest"), ("?state=published", "newest"), ("", "priority")]
)
def test_the_orders_of_a_list_are_those_that_it_has(desk, query, order):
    orders = desk.get(f"/desk/queue/{query}").context["orders"]

    assert [label for label, _, _ in orders] == list(dict.fromkeys([order.capitalize(), "Newest", "Oldest"]))


def test_an_order_by_a_date_that_a_list_has_not_is_refused(desk):
    answer = desk.get("/desk/queue/?order=soonest")

    assert answer.context["filter"].form.errors["order"] == ["Only what is scheduled or expires has a date to come."]


@pytest.mark.parametrize(
    ("what", "index"), [("scheduled", "article_by_publish_at"), ("expiring", "article_by_expires_at")]
)
def test_dates_to_come_are_found_by_their_index(what, index):
    for _ in range(50):
        make_article(published=True)
    if connection.vendor == "postgresql":
        # Its planner would rather read so small a table whole.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE articles_article")
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")

    assert index in Article.objects.to_come(what, timezone.now()).explain()


def test_reasons_stand_in_one_order_everywhere(desk, moderator):
    Reason.objects.update(position=3)
    Reason.objects.create(slug="zebra", label="A late one of the same place", position=3)
    Reason.objects.create(slug="first", label="First", position=0)
    Reason.objects.create(slug="gone", label="Gone", position=0, active=False)
    article = make_waiting(provider=make_provider())
    in_order = list(Reason.objects.offered().values_list("slug", flat=True))

    popover = [slug for slug, _ in desk.get("/desk/queue/").context["choices"]["reasons"]]
    offers = desk.get(f"/desk/articles/{article.pk}/").context["offers"]
    page = next([slug for slug, _ in offer.form.fields["reason"].choices if slug] for offer in offers if offer.form)
    bulk = desk.post("/desk/bulk/", {"action": "reject", "selected": f"{article.pk}:1"}).context["form"]
    refused = post(desk, article, "reject", version=9)

    assert (in_order[0], in_order[-1]) == ("first", "zebra")
    assert popover == page == in_order
    assert [value for value, _ in bulk.fields["reason"].choices if value] == in_order
    assert [slug for slug, _ in refused.context["choices"]["reasons"]] == in_order


def test_a_digit_sends_a_rejection_only_for_whoever_wants_that(desk, moderator):
    before = desk.get("/desk/queue/").content.decode()
    desk.post("/desk/preferences/", {"keys": "on", "digits": "on"})
    after = desk.get("/desk/queue/").content.decode()

    assert 'data-digits="off"' in before
    assert 'data-digits="on"' in after
    assert 'name="digits" value="on"' in after
    assert DeskPreference.objects.get(user=moderator).digits
