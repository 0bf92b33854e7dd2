"""The list of the queue: what waits in it and why, in which order, on which page."""

import re
from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.desk.queue import counts, rows
from articles.desk.queue.filters import QueueFilter
from articles.models import Article, Queue
from articles.priority import parts
from tests.desk.queue.waiting import listed, make_full, make_waiting, tabs_of
from tests.factories import make_article, make_provider
from tests.rules.some import make_rule

pytestmark = pytest.mark.django_db


def make_one_of_each(user) -> dict[str, Article]:
    first = make_waiting(title="First", heat=1)
    return {
        "flagged": make_waiting(title="Flagged", flag="Look at the date"),
        "removed": make_waiting(title="Removed", published=True, reviewed_by=user, conflicts=["removed"]),
        "changed": make_waiting(title="Changed", reviewed_by=user, conflicts=["web_url"]),
        "conflict": make_waiting(title="Conflict", conflicts=["title"]),
        "duplicate": make_waiting(title="Duplicate", duplicate_of=first),
        "live": make_waiting(title="Live", published=True),
        "pending": first,
        "second_look": make_waiting(
            title="Second_look",
            published=True,
            reviewed_at=timezone.now(),
            ruled_by=make_rule(user, {"quality_min": 70}).versions.get(),
            second_look=True,
        ),
        "published": make_waiting(title="Published", published=True, reviewed_by=user),
        "rejected": make_waiting(title="Rejected", reviewed_by=user),
        "withdrawn": make_waiting(title="Withdrawn", reviewed_by=user, first_published_at=timezone.now()),
    }


def test_the_queue_holds_what_wants_a_decision(desk, editor):
    make_one_of_each(editor)

    assert sorted(listed(desk)) == ["Changed", "Conflict", "Duplicate", "First", "Flagged", "Live", "Second_look"]


def test_what_its_source_took_back_is_in_a_list_of_its_own(desk, editor):
    make_one_of_each(editor)

    tabs = {tab.label: tab.number for tab in tabs_of(desk)}

    assert (tabs["All"], tabs["Removed"]) == (7, 1)
    assert listed(desk, "?reason=removed") == ["Removed"]


@pytest.mark.parametrize("reason", [value for value in Queue.values if value != "pending"])
def test_a_tab_holds_what_waits_for_its_reason(desk, editor, reason):
    make_one_of_each(editor)

    assert listed(desk, f"?reason={reason}") == [reason.capitalize()]


def test_the_reasons_of_a_row_begin_with_that_of_the_database(editor):
    other = make_article()
    conflicts = ([], ["title"], ["removed"], ["published", "title"], ["provider"], ["web_url", "removed"])
    for published, by, removed, names in product((True, False), (editor, None), (True, False), conflicts):
        for more in ({}, {"flag": "Look"}, {"duplicate_of": other}):
            article = make_article(published=published, reviewed_by=by, removed=removed, conflicts=names, **more)
            article.refresh_from_db()

            reasons = rows.QueueRow(article, editor).reasons

            assert next(iter(reasons), "") == article.queue, (published, by, removed, names, more)


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("published", ["Published", "Removed", "Second_look"]),
        ("ruled", ["Second_look"]),
        ("rejected", ["Changed", "Rejected"]),
        ("withdrawn", ["Withdrawn"]),
    ],
)
def test_what_was_decided_is_at_hand(desk, editor, state, found):
    make_one_of_each(editor)

    assert sorted(listed(desk, f"?state={state}")) == found


def test_a_row_says_every_reason_the_main_one_first(desk):
    other = make_article()
    make_waiting(title="All of them", flag="Look", conflicts=["title"], duplicate_of=other, published=True)

    row = desk.get("/desk/queue/?reason=flagged").context["rows"][0]

    assert [reason.value for reason in row.reasons] == ["flagged", "conflict", "duplicate", "live"]


def test_a_decided_article_does_not_wait_for_a_conflict_that_no_reader_sees(desk, editor):
    make_waiting(title="Rejected", reviewed_by=editor, conflicts=["title"], flag="Look")

    row = desk.get("/desk/queue/").context["rows"][0]

    assert [reason.value for reason in row.reasons] == ["flagged"]


def test_tabs_count_no_further_than_they_need(desk, monkeypatch):
    monkeypatch.setattr(counts, "COUNTED", 3)
    for _ in range(5):
        make_waiting()
    make_waiting(published=True)

    tabs = {tab.label: tab.number for tab in tabs_of(desk)}
    page = desk.get("/desk/queue/").content.decode()

    assert (tabs["All"], tabs["Pending"], tabs["Live"], tabs["Flagged"]) == (4, 4, 1, 0)
    assert "3+" in page


def test_the_order_of_the_queue_is_that_of_the_points_it_shows(desk):
    now = timezone.now()
    for heat, quality, trust, days in [
        (0, 10, 0, 0),
        (72, 60, 1, 0),
        (37, 10, -1, 9),
        (150, 120, 0, 1),
        (-1, 70, 0, 3),
    ]:
        make_waiting(
            heat=heat,
            quality=quality,
            provider=make_provider(trust=trust),
            created_at=now - timedelta(days=days),
        )

    rows = desk.get("/desk/queue/").context["rows"]
    shown = [sum(parts(row.article, now)) for row in rows]

    assert shown == sorted(shown, reverse=True)


def test_the_shown_parts_sum_up_to_the_shown_points(desk):
    for heat in range(0, 200, 7):
        make_waiting(heat=heat, created_at=timezone.now() - timedelta(hours=heat))

    page = desk.get("/desk/queue/").content.decode()
    sums = re.findall(r"<p>\s*([-\d.]+) = (.*?)</p>", page, re.S)

    assert len(sums) == 25
    for total, terms in sums:
        plain = re.sub(r"<[^>]+>", "", terms).replace("−", "-")
        plain = re.sub(r"- ?[a-z]+ ", "-", plain)
        assert sum(map(float, re.findall(r"-?\d+\.\d", plain))) == pytest.approx(float(total))


def test_newest_and_oldest_go_by_the_date_of_the_original(desk):
    for title, days in [("Middle", 2), ("Old", 3), ("New", 1)]:
        make_waiting(title=title, published_at=timezone.now() - timedelta(days=days))

    assert listed(desk, "?order=newest") == ["New", "Middle", "Old"]
    assert listed(desk, "?order=oldest") == ["Old", "Middle", "New"]


@pytest.mark.parametrize("order", ["priority", "newest", "oldest"])
def test_the_pages_of_a_list_hold_each_article_once_in_both_directions(desk, order):
    made = [make_waiting(heat=number % 7, title=f"Article {number}") for number in range(60)]

    forward, address = [], f"?order={order}"
    while address:
        page = desk.get("/desk/queue/" + address).context["page"]
        forward.append([article.title for article in page.articles])
        last, address = page, page.older
    back = desk.get("/desk/queue/" + last.newer).context["page"]

    assert [len(page) for page in forward] == [25, 25, 10]
    assert sorted(title for page in forward for title in page) == sorted(article.title for article in made)
    assert [article.title for article in back.articles] == forward[1]


def test_a_place_that_everything_has_left_shows_the_beginning(desk):
    article = make_waiting(title="The only one")

    assert listed(desk, f"?after=-99999999.0_{article.pk}") == ["The only one"]
    assert listed(desk, "?after=nonsense") == ["The only one"]


@pytest.mark.parametrize("rows", [1, 50])
def test_the_queue_asks_the_same_few_queries_whatever_it_shows(desk, rows):
    articles = [make_full(number) for number in range(rows)]
    desk.get("/desk/queue/")

    with CaptureQueriesContext(connection) as alone:
        desk.get("/desk/queue/")
    with CaptureQueriesContext(connection) as with_item:
        desk.get(f"/desk/queue/?item={articles[0].pk}")

    assert (len(alone), len(with_item)) == (8, 12)


def test_the_form_of_a_bulk_decision_says_what_is_selected_and_of_which_list(desk):
    article = make_waiting(type="video")

    page = desk.get("/desk/queue/?type=video&order=newest").content.decode()

    assert f'name="selected" value="{article.pk}:1" form="bulk"' in page
    assert '<form id="bulk" class="bulk" method="post" action="/desk/bulk/">' in page
    assert 'name="filter" value="type=video&amp;order=newest"' in page


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("", "article_queue"),
        ("reason=flagged", "article_queue_by_reason"),
        ("reason=pending", "article_queue(_by_reason)?"),
        ("order=newest", "article_(queue_)?by_date"),
        ("order=oldest", "article_(queue_)?by_date"),
        ("reason=pending&order=newest", "article_by_state"),
        ("reason=live&order=oldest", "article_by_state"),
        ("state=rejected", "article_by_state"),
        ("type=article", "article_queue"),
        ("heat_from=3", "article_queue"),
    ],
)
def test_a_list_walks_its_index_and_sorts_nothing(rf, moderator, query, index):
    for number in range(150):
        make_waiting(published=number % 2 == 0, heat=number)
    request = rf.get("/desk/queue/")
    request.user = moderator
    chosen = QueueFilter(QueryDict(query), Article.objects.all(), request=request)
    if connection.vendor == "postgresql":
        # Its planner would rather read so small a table whole.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE articles_article")
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")

    plan = chosen.qs[:26].explain()

    assert re.search(rf"{index}\b", plan), plan
    assert re.findall("TEMP B-TREE|Sort", plan) == []


@pytest.mark.parametrize("reason", ["pending", "live"])
def test_a_tab_holds_the_same_articles_in_every_order(desk, editor, reason):
    for published in (True, False):
        other = make_waiting(published=published)
        make_waiting(published=published, flag="Look")
        make_waiting(published=published, duplicate_of=other)
        make_waiting(published=published, conflicts=["title"])
        make_waiting(published=published, reviewed_by=editor)
        make_waiting(published=published, reviewed_by=editor, conflicts=["web_url"])
    make_waiting(removed=True)

    found = [sorted(listed(desk, f"?reason={reason}&order={order}")) for order in ("priority", "newest", "oldest")]

    assert (len(found[0]), found[1], found[2]) == (1, found[0], found[0])
