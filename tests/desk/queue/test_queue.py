import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import moderation
from articles.desk.queue import rows
from articles.desk.queue.filters import QueueFilter
from articles.desk.queue.forms import verbs_of_queue
from articles.importing.runs.run import import_documents
from articles.models import Article, Image
from articles.priority import parts, priority_of
from tests.factories import make_article, make_image, make_provider, make_related, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


def make_waiting(**fields) -> Article:
    """An article with its priority, as moderation and imports write it."""
    article = make_article(**fields)
    Article.objects.filter(pk=article.pk).update(priority=priority_of(article))
    article.refresh_from_db()
    return article


def titles(answer) -> list[str]:
    return [row.article.title for row in answer.context["rows"]]


def listed(client, query="") -> list[str]:
    return titles(client.get(f"/desk/queue/{query}"))


def make_one_of_each(user) -> dict[str, Article]:
    first = make_waiting(title="First", heat=1)
    return {
        "flagged": make_waiting(title="Flagged", flag="Look at the date"),
        "conflict": make_waiting(title="Conflict", conflicts=["title"]),
        "duplicate": make_waiting(title="Duplicate", duplicate_of=first),
        "live": make_waiting(title="Live", published=True),
        "pending": first,
        "published": make_waiting(title="Published", published=True, reviewed_by=user),
        "rejected": make_waiting(title="Rejected", reviewed_by=user),
        "withdrawn": make_waiting(title="Withdrawn", reviewed_by=user, first_published_at=timezone.now()),
    }


def test_the_queue_holds_what_wants_a_decision(desk, editor):
    make_one_of_each(editor)

    assert sorted(listed(desk)) == ["Conflict", "Duplicate", "First", "Flagged", "Live"]


@pytest.mark.parametrize("tab", ["reason=flagged", "reason=conflict", "reason=duplicate", "reason=live"])
def test_a_tab_holds_what_waits_for_its_reason(desk, editor, tab):
    make_one_of_each(editor)

    assert listed(desk, f"?{tab}") == [tab.removeprefix("reason=").capitalize()]


@pytest.mark.parametrize("state", ["published", "rejected", "withdrawn"])
def test_what_was_decided_is_at_hand(desk, editor, state):
    make_one_of_each(editor)

    assert listed(desk, f"?state={state}") == [state.capitalize()]


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
    monkeypatch.setattr(rows, "COUNTED", 3)
    for _ in range(5):
        make_waiting()
    make_waiting(published=True)

    tabs = {label: number for label, _, number, _ in tabs_of(desk)}
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
    sums = re.findall(r"<p>([-\d.]+) = (.*?)</p>", page)

    assert len(sums) == 25
    for total, terms in sums:
        plain = re.sub(r"<[^>]+>", "", terms).replace("−", "-").replace("- ", "-")
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
        tab = next(address for label, address, _, _ in tabs_of(desk, query) if label == "Pending")
        assert parse_qs(urlsplit(tab).query) == parse_qs(query) | {"reason": ["pending"]}


def tabs_of(client, query=""):
    return client.get(f"/desk/queue/?{query}&part=list").context["tabs"]


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


@pytest.mark.parametrize("item", ["0", "99999999999999999999", "x", "%00", "-1"])
def test_an_article_that_is_none_is_said_to_be_gone(desk, item):
    answer = desk.get(f"/desk/queue/?item={item}")

    assert answer.status_code == 200
    assert answer.context["item"] is None


def make_full(number: int) -> Article:
    article = make_waiting(
        title=f"Full {number}",
        topics=[make_topic(f"Topic {number}")],
        images=[make_image()],
        related=[{}, {}],
        provider=make_provider(),
    )
    make_related(article, url="https://hidden.example/", hidden=True)
    return article


@pytest.mark.parametrize("rows", [1, 50])
def test_the_queue_asks_the_same_few_queries_whatever_it_shows(desk, rows):
    articles = [make_full(number) for number in range(rows)]
    desk.get("/desk/queue/")

    with CaptureQueriesContext(connection) as alone:
        desk.get("/desk/queue/")
    with CaptureQueriesContext(connection) as with_item:
        desk.get(f"/desk/queue/?item={articles[0].pk}")

    assert (len(alone), len(with_item)) == (8, 12)


def test_the_item_shows_what_a_decision_needs(desk):
    provider = make_provider(domain="the-verge.example", name="The Verge", trust=1)
    user = User.objects.create_user("judge", is_staff=True)
    for fields in ({"published": True}, {"published": True}, {}):
        make_article(provider=provider, reviewed_by=user, **fields)
    article = make_waiting(
        title="A title",
        excerpt="An excerpt",
        provider=provider,
        topics=[make_topic("Zebra"), make_topic("Apple")],
        images=[Image.objects.create(url="https://pictures.example/a.jpg")],
        related=[{"title": "Beside it", "url": "https://related.example/beside"}],
        web_url="https://www.the-verge.example/a",
    )
    twin = make_article(title="The twin", duplicate_of=article)

    answer = desk.get(f"/desk/queue/?item={article.pk}")
    page = answer.content.decode()

    item = answer.context["item"]
    assert item.record == [("Published", 2), ("Rejected", 1), ("Withdrawn", 0)]
    assert item.topics == ["Zebra", "Apple"]
    assert [other.pk for other in item.duplicates] == [twin.pk]
    for part in ("A title", "An excerpt", "https://pictures.example/a.jpg", "Beside it", "trust high"):
        assert part in page
    assert 'href="https://www.the-verge.example/a" target="_blank" rel="noopener noreferrer"' in page


def test_the_item_shows_what_the_source_says_where_a_person_changed_it(desk, seeds, moderator):
    import_documents([seeds])
    article = Article.objects.in_queue().first()
    said = article.heat
    moderation.score(article, by=moderator, version=article.version, heat=77)

    item = desk.get(f"/desk/queue/?item={article.pk}").context["item"]

    assert [(d.label, d.before, d.after) for d in item.differences] == [("heat", [("77", True)], [(str(said), True)])]


def test_a_colleagues_claim_is_shown_and_stops_the_buttons(desk, make_user):
    anne = make_user("Moderators", username="anne")
    article = make_waiting(claimed_by=anne, claimed_until=timezone.now() + timedelta(minutes=5))

    answer = desk.get(f"/desk/queue/?item={article.pk}")

    assert "anne has it" in answer.content.decode()
    item = answer.context["item"]
    assert {verb.name for verb in verbs_of_queue() if not item.refusal(verb.name)} == set()
    assert [why for _, why in item.buttons] == [item.refusal("score")] * 4


def test_reading_claims_nothing(desk):
    article = make_waiting()

    desk.get(f"/desk/queue/?item={article.pk}")
    desk.get(f"/desk/queue/?item={article.pk}&part=item")

    article.refresh_from_db()
    assert article.claimed_by is None


def test_next_opens_and_claims_the_first_that_nobody_has(desk, moderator, make_user):
    anne = make_user("Moderators", username="anne")
    make_waiting(heat=100, claimed_by=anne, claimed_until=timezone.now() + timedelta(minutes=5))
    second, third = make_waiting(heat=50), make_waiting(heat=10)

    answers = [desk.post("/desk/queue/next/", {"next": f"/desk/queue/?item={pk}"}) for pk in ("", second.pk, third.pk)]

    second.refresh_from_db()
    assert second.claimed_by == moderator
    assert [answer.url for answer in answers] == [
        f"/desk/queue/?item={second.pk}",
        f"/desk/queue/?item={third.pk}",
        f"/desk/queue/?item={second.pk}",
    ]


def test_next_stays_in_the_filter_and_says_when_nothing_is_left(desk):
    make_waiting(type="video")

    answer = desk.post("/desk/queue/next/", {"next": "/desk/queue/?type=podcast"}, follow=True)

    assert answer.redirect_chain == [("/desk/queue/?type=podcast", 302)]
    assert "Nothing is left here" in answer.content.decode()


def test_next_opens_nothing_where_a_filter_is_wrong(desk):
    article = make_waiting()

    answer = desk.post("/desk/queue/next/", {"next": "/desk/queue/?type=nonsense"})

    article.refresh_from_db()
    assert (answer.status_code, article.claimed_by) == (302, None)


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

    found = [sorted(listed(desk, f"?reason={reason}&order={order}")) for order in ("priority", "newest", "oldest")]

    assert (len(found[0]), found[1], found[2]) == (1, found[0], found[0])
