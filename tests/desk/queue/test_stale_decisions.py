"""A decision on another version than the one that is there."""

import pytest

from articles import moderation
from articles.models import Article, Event
from tests.desk.queue.decisions import FIELDS, QUEUE, make_for, post
from tests.desk.queue.waiting import make_waiting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("verb", FIELDS)
def test_a_decision_without_a_version_is_refused(desk, editor, verb):
    article = make_for(verb, editor)

    statuses = [post(desk, article, verb, version=version).status_code for version in ("", "x", "9" * 30, "²")]

    article.refresh_from_db()
    assert (statuses, article.version) == ([422] * 4, 1)


@pytest.mark.parametrize("verb", FIELDS)
@pytest.mark.parametrize("part", [{}, {"part": "1", "next": QUEUE}])
def test_a_stale_decision_is_refused_even_without_what_it_needs(desk, editor, verb, part):
    article = make_for(verb, editor)
    Article.objects.filter(pk=article.pk).update(version=5)

    answer = desk.post(f"/desk/articles/{article.pk}/{verb}/", {"version": 1, **part})

    article.refresh_from_db()
    assert (answer.status_code, article.version) == (409, 5)


def test_a_stale_decision_shows_both_values_who_did_it_and_what_was_typed(desk, make_user, client):
    article = make_waiting(heat=5)
    anne = make_user("Moderators", username="anne")
    moderation.score(article, by=anne, version=1, heat=50)

    answer = desk.post(f"/desk/articles/{article.pk}/score/", {"version": 1, "heat": "7", "next": QUEUE, "part": "1"})
    page = answer.content.decode()

    assert answer.status_code == 409
    assert [(f.label, f.seen_value, f.current_value, f.wanted) for f in answer.context["fields"]] == [
        ("heat", "5", "50", "7")
    ]
    assert "anne" in page
    # The form for another try is on the version that is there now.
    again = page[page.index('class="again"') :]
    assert 'name="version" value="2"' in again
    assert 'name="heat" value="7"' in again


def test_a_stale_decision_tells_what_was_done_to_a_list_of_links_not_the_list(desk, make_user):
    article = make_waiting(related=[{"url": f"https://a.example/{n}"} for n in range(20)])
    first, *others = [{"pk": link.pk} for link in article.related.all()]
    anne = make_user("Editors", username="anne")
    moderation.curate(article, by=anne, version=1, related=[first, *({**one, "hidden": True} for one in others)])

    answer = post(desk, article, "publish", version=1)

    fields = answer.context["fields"]
    assert [(f.label, f.seen_value, f.current_value) for f in fields] == [("related links", "—", "hid 19")]


def test_a_stale_rejection_keeps_the_reason_and_the_words(desk, make_user):
    article = make_waiting()
    moderation.note(article, by=make_user("Moderators", username="anne"), version=1, notes="Hm")

    page = post(desk, article, "reject", version=1).content.decode()

    assert 'value="off-topic" required checked' in page
    assert "About gardens</textarea>" in page
    assert post(desk, article, "reject", version=2).status_code == 302


def test_a_double_click_decides_once(desk):
    article = make_waiting()

    statuses = [post(desk, article, "publish", version=1).status_code for _ in range(2)]

    assert (statuses, Event.objects.filter(article=article).count()) == ([302, 409], 1)


@pytest.mark.parametrize("verb", [*FIELDS, "claim", "release"])
def test_an_article_that_is_gone_is_no_error_of_the_server(desk, verb):
    data = {"version": 1, **FIELDS.get(verb, {})}

    statuses = [desk.post(f"/desk/articles/{pk}/{verb}/", data).status_code for pk in (99, 2**70)]

    assert statuses == ([409, 404] if verb in FIELDS else [302, 302])
