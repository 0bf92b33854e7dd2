"""The order of the queue: points for what an article is and how old its original was, which editors change."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, QueueOrder
from articles.models.queue_order import POINTS
from articles.moderation.priorities import OrderChanged, set_order
from articles.moderation.refusals import NotAllowed
from articles.priority import parts, priority_of
from tests.desk.queue.waiting import listed, make_waiting
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/queue/order/"


@pytest.fixture
def at_desk(client, editor):
    client.force_login(editor)
    return client


def of_age(days: float, **fields) -> Article:
    now = timezone.now()
    return make_waiting(created_at=now, published_at=now - timedelta(days=days), **fields)


def points(**changed) -> dict[str, object]:
    order = QueueOrder.in_force()
    return {name: getattr(order, name) for name in POINTS} | {"version": order.version} | changed


def test_earlier_points_tell_who_changed_what(at_desk, editor, make_user):
    set_order(QueueOrder(heat=3, trust=5), by=editor, version=0)
    set_order(QueueOrder(heat=3, trust=5, waiting=1), by=editor, version=1)

    told = [(str(order.changed_by), points) for order, points in QueueOrder.changes(most=20)]

    assert told == [
        ("editors", [("waiting", 0.05, 1.0)]),
        ("editors", [("heat", 1, 3.0), ("trust", 1, 5.0)]),
    ]
    assert [points for _, points in QueueOrder.changes(most=1)] == [[("waiting", 0.05, 1.0)]]
    page = at_desk.get(ADDRESS).content.decode()
    assert "waiting <del>0.05</del> <ins>1</ins>" in page
    at_desk.force_login(make_user("superuser", username="boss"))
    assert "waiting <del>0.05</del> <ins>1</ins>" in at_desk.get("/desk/accounts/").content.decode()


def stale_priorities() -> list[str]:
    """The articles that stand elsewhere than their points say."""
    waiting = Article.objects.in_queue().select_related("provider")
    return [row.title for row in waiting if row.priority != pytest.approx(priority_of(row))]


def test_a_fresh_original_comes_before_an_old_hot_one(at_desk):
    of_age(40, title="Old and hot", heat=150)
    of_age(1, title="Fresh and warm", heat=15)
    of_age(3, title="Some days old, warm", heat=15)

    assert listed(at_desk) == ["Fresh and warm", "Some days old, warm", "Old and hot"]


def test_an_old_original_loses_by_each_day_however_late_it_is_imported():
    now = timezone.now()

    assert [parts(of_age(days), now).age for days in (0.5, 30, 31, 3000)] == pytest.approx([-0.25, -15, -15.5, -1500])


def test_an_original_from_the_future_is_as_fresh_as_one_of_now():
    assert parts(of_age(-20), timezone.now()).age == 0


def test_a_document_without_a_date_comes_last(tmp_path):
    texts = {"undated.md": document(title="Undated", publishedDateTime=None), "dated.md": document(title="Dated")}
    import_documents([write(tmp_path, texts)])

    undated = Article.objects.get(title="Undated")

    assert undated.published_at == undated.created_at
    assert parts(undated, timezone.now()).age == -1825
    assert stale_priorities() == []


def test_what_waits_longer_wins_among_equals(at_desk):
    now = timezone.now()
    for title, days in [("A week", 7), ("A day", 1), ("A month", 30)]:
        came = now - timedelta(days=days)
        make_waiting(title=title, heat=5, created_at=came, published_at=came - timedelta(hours=2))

    assert listed(at_desk) == ["A month", "A week", "A day"]


def test_another_date_of_the_original_places_the_article_anew(editor):
    article = of_age(40)

    moderation.edit(article, by=editor, version=1, published_at=timezone.now() - timedelta(days=1))

    assert stale_priorities() == []


def test_new_points_place_every_waiting_article(at_desk):
    of_age(40, title="Old and hot", heat=150)
    of_age(1, title="Fresh and warm", heat=15)

    answer = at_desk.post(ADDRESS, points(age="-0.01", heat="2"))

    assert answer.status_code == 302
    assert listed(at_desk) == ["Old and hot", "Fresh and warm"]
    assert stale_priorities() == []
    order = QueueOrder.in_force()
    assert (order.age, order.heat, order.version, order.changed_by.username) == (-0.01, 2, 1, "editors")


def test_what_is_decided_imported_or_trusted_later_goes_by_the_new_points(at_desk, editor, tmp_path):
    set_order(QueueOrder(heat=3, trust=5, waiting=1), by=editor, version=0)
    article = of_age(2, title="Decided")

    moderation.score(article, by=editor, version=1, heat=31)
    import_documents([write(tmp_path, {"new.md": document(title="New")})])
    provider = article.provider
    provider.trust = 1
    provider.save()
    moderation.follow_trust(provider, before=0)

    assert stale_priorities() == []
    assert Article.objects.filter(title="New").exists()


@pytest.mark.parametrize(
    "wrong",
    [{"heat": "much"}, {"age": ""}, {"waiting": "nan"}, {"trust": "1e9"}, {"quality_to": "10"}, {"undated_days": "-1"}],
)
def test_points_that_cannot_be_used_are_given_back_as_typed(at_desk, wrong):
    answer = at_desk.post(ADDRESS, points(**wrong))

    assert answer.status_code == 422
    [(name, typed)] = wrong.items()
    assert answer.context["form"][name].value() == typed
    assert name in answer.context["form"].errors
    assert not QueueOrder.objects.exists()


def test_a_form_from_before_a_colleague_changed_the_points_shows_both(at_desk, editor):
    stale = points(heat="7")
    set_order(QueueOrder(heat=4), by=editor, version=0)

    answer = at_desk.post(ADDRESS, stale)

    assert answer.status_code == 409
    assert answer.context["form"]["heat"].value() == "7"
    assert "now 4," in answer.text
    assert QueueOrder.in_force().heat == 4
    assert at_desk.post(ADDRESS, points(heat="7")).status_code == 302


@pytest.mark.parametrize("version", ["", "x"])
def test_a_form_that_does_not_say_what_was_seen_changes_nothing(at_desk, version):
    assert at_desk.post(ADDRESS, points(version=version)).status_code == 422
    assert not QueueOrder.objects.exists()


def test_moderators_read_the_points_and_cannot_change_them(client, moderator):
    client.force_login(moderator)

    page = client.get(ADDRESS)

    assert "Editors can change them." in page.text
    assert client.post(ADDRESS, points(heat="2")).status_code == 403
    with pytest.raises(NotAllowed):
        set_order(QueueOrder(), by=moderator, version=0)


def test_of_two_at_once_one_is_told(editor):
    set_order(QueueOrder(heat=2), by=editor, version=0)

    with pytest.raises(OrderChanged, match="editors has changed"):
        set_order(QueueOrder(heat=3), by=editor, version=0)


def test_placing_takes_no_more_queries_for_more_articles(editor):
    counts = []
    set_order(QueueOrder(), by=editor, version=0)
    for number, version in [(10, 1), (60, 2)]:
        for _ in range(number):
            of_age(3)
        with CaptureQueriesContext(connection) as queries:
            set_order(QueueOrder(heat=version + 2), by=editor, version=version)
        counts.append(len(queries))

    assert counts[0] == counts[1]
