import uuid

import pytest
from django.test import Client

from articles import moderation
from articles.models import Article, Event
from tests.desk.bulk.preview import BULK, CONFIRM, confirm, left, look, picks
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def states() -> list[str]:
    return list(Article.objects.order_by("pk").values_list("state", flat=True))


def test_a_preview_says_what_would_happen_and_does_nothing(as_moderator, moderator):
    articles = [make_article(title=f"Article {n}") for n in range(3)]
    moderation.publish(articles[2], by=moderator, version=1)

    page = look(as_moderator, "publish", *articles)

    assert (page.status_code, page.context["number"], page.context["total"]) == (200, 2, 3)
    assert left(page) == {"Article 2": "Is published already."}
    assert [article.title for article in page.context["first"]] == ["Article 0", "Article 1"]
    assert Event.objects.filter(channel="bulk").count() == 0


def test_what_is_gone_changed_or_in_other_hands_is_left_alone(as_moderator, moderator, editor):
    gone, changed, claimed, free = (make_article(title=name) for name in ("Gone", "Changed", "Claimed", "Free"))
    chosen = picks(gone, changed, claimed, free)
    moderation.delete(gone, by=editor, version=1)
    moderation.score(changed, by=editor, version=1, heat=4)
    moderation.claim(claimed, by=editor)

    for action in ("publish", "score", "assign"):
        page = as_moderator.post(BULK, {"action": action, "selected": chosen})

        told = left(page)
        assert page.context["picks"] == f"{free.pk}:1"
        assert told.pop("Claimed").startswith("editors is working on it, until ")
        assert sorted(told.values()) == [
            "It has been changed since you saw it, last by editors (score).",
            "It has been deleted.",
        ]


def test_a_bulk_decision_is_one_batch_of_what_was_looked_at(as_moderator, moderator):
    articles = [make_article() for _ in range(3)]
    page = look(as_moderator, "reject", *articles, next="/desk/queue/?type=video")

    answer = confirm(as_moderator, page, reason="off-topic", note="About boats")

    assert states() == ["rejected"] * 3
    events = Event.objects.all()
    assert {(e.verb, e.channel, e.by, e.reason.slug, e.note) for e in events} == {
        ("reject", "bulk", moderator, "off-topic", "About boats")
    }
    (batch,) = {event.batch for event in events}
    assert (answer.status_code, answer.url) == (302, f"/desk/bulk/{batch}/?next=/desk/queue/%3Ftype%3Dvideo")
    result = as_moderator.get(answer.url)
    assert (result.context["verbs"], result.context["next"]) == ({"reject": 3}, "/desk/queue/?type=video")
    assert f'action="/desk/batches/{batch}/undo/"' in result.content.decode()


def test_what_changed_after_the_preview_is_refused_and_shown(as_moderator, editor):
    articles = [make_article(title=f"Article {n}") for n in range(2)]
    page = look(as_moderator, "publish", *articles)
    moderation.score(articles[1], by=editor, version=1, heat=4)

    answer = confirm(as_moderator, page)

    assert states() == ["published", "pending"]
    assert (answer.status_code, answer.context["number"]) == (200, 1)
    (refused,) = answer.context["refused"]
    assert (refused.pk, refused.title, refused.why) == (
        articles[1].pk,
        "Article 1",
        "Has been changed since you opened it.",
    )
    assert refused.why in answer.content.decode()


def test_where_everything_is_refused_the_page_says_that_nothing_was_done(as_moderator, editor):
    article = make_article()
    page = look(as_moderator, "publish", article)
    moderation.score(article, by=editor, version=1, heat=4)

    answer = confirm(as_moderator, page)

    assert (answer.status_code, answer.context["number"], answer.context["undoable"]) == (200, 0, False)
    assert "<h1>Nothing was done</h1>" in answer.content.decode()


def test_a_double_click_decides_once(as_moderator):
    page = look(as_moderator, "publish", make_article())

    first, second = (confirm(as_moderator, page) for _ in range(2))

    assert (first.status_code, len(second.context["refused"])) == (302, 1)
    assert Event.objects.count() == 1


def test_the_page_of_a_batch_that_never_was_is_not_there(as_moderator):
    assert as_moderator.get(f"/desk/bulk/{uuid.uuid4()}/").status_code == 404


def test_bulk_decisions_are_for_those_who_decide(make_user, moderator):
    importer, strict, stranger = Client(), Client(enforce_csrf_checks=True), Client()
    importer.force_login(make_user("Importers"))
    strict.force_login(moderator)
    paths = [BULK, CONFIRM]

    assert [importer.post(path).status_code for path in paths] == [403, 403]
    assert [strict.post(path).status_code for path in paths] == [403, 403]
    assert [strict.get(path).status_code for path in paths] == [405, 405]
    assert ["login" in stranger.post(path).url for path in paths] == [True, True]
    assert importer.get(f"/desk/bulk/{uuid.uuid4()}/").status_code == 403


@pytest.mark.parametrize("action", ["nonsense", "edit", "undo", ""])
def test_an_unknown_action_is_a_bad_request(as_moderator, action):
    assert as_moderator.post(BULK, {"action": action, "selected": picks(make_article())}).status_code == 400


def test_moderators_delete_nothing(as_moderator):
    article = make_article()

    answers = [look(as_moderator, "delete", article).status_code]
    answers += [as_moderator.post(CONFIRM, {"action": "delete", "picks": picks(article)}).status_code]

    assert answers == [403, 403]
    assert Article.objects.exists()
