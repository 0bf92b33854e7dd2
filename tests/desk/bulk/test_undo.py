import json
import uuid

import pytest
from django.test import Client

from articles import moderation
from articles.models import Article, Event, Reason
from articles.moderation import Context, Why
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def undo(client, event, **data):
    return client.post(f"/desk/events/{event.pk}/undo/", data)


def test_an_undone_decision_leaves_the_article_as_it_was(as_moderator, moderator):
    article = make_article()
    event = moderation.publish(article, by=moderator, version=1)

    answer = undo(as_moderator, event, next="/desk/queue/?type=video")

    article.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, "/desk/queue/?type=video")
    assert (article.state, article.version) == ("pending", 3)
    assert Event.objects.get(verb="undo").undoes == event


def test_without_a_page_to_go_back_to_it_is_the_articles_log(as_moderator, moderator):
    article = make_article()
    for path in ("", "https://evil.example/", "//evil.example/"):
        event = moderation.score(article, by=moderator, version=article.version, heat=50)

        assert undo(as_moderator, event, next=path).url == f"/desk/log/?article={article.pk}"
        article.refresh_from_db()


def test_what_somebody_has_changed_since_is_not_undone_and_told(as_moderator, moderator, editor):
    article = make_article(title="A tram")
    event = moderation.publish(article, by=moderator, version=1)
    moderation.edit(article, by=editor, version=2, title="A tram along the harbour")

    answer = undo(as_moderator, event)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert [(e.verb, e.by) for e in answer.context["since"]] == [("edit", editor)]
    assert "<ins>along the harbour</ins>" in page
    article.refresh_from_db()
    assert article.state == "published"


def test_the_queue_asks_for_json_and_gets_it(as_moderator, moderator):
    article = make_article(title="A tram")
    event = moderation.publish(article, by=moderator, version=1)

    done = as_moderator.post(
        f"/desk/events/{event.pk}/undo/", {"next": "/desk/queue/"}, headers={"Accept": "application/json"}
    )
    again = as_moderator.post(f"/desk/events/{event.pk}/undo/", headers={"Accept": "application/json"})

    undone = Event.objects.get(verb="undo")
    assert done.json() == {
        "message": "Undone: publish “A tram”.",
        "event": undone.pk,
        "article": article.pk,
        "version": 3,
        "next": "/desk/queue/",
    }
    assert again.status_code in (409, 422)
    assert json.loads(again.content)["since"] == [{"event": undone.pk, "verb": "undo", "by": moderator.username}]


def test_a_batch_is_undone_but_for_what_was_changed_since(as_moderator, moderator, editor):
    articles = [make_article(title=f"Article {n}") for n in range(3)]
    batch = uuid.uuid4()
    for article in articles:
        moderation.publish(article, by=moderator, version=1, at=Context(batch=batch))
    moderation.edit(articles[1], by=editor, version=2, title="Changed")

    answer = as_moderator.post(f"/desk/batches/{batch}/undo/", {"next": "/desk/queue/?type=video"})

    states = list(Article.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["pending", "published", "pending"]
    assert (answer.status_code, answer.context["number"], len(answer.context["refused"])) == (200, 2, 1)
    assert answer.context["next"] == "/desk/queue/?type=video"


def test_a_batch_that_is_undone_whole_leads_to_the_page_of_its_undoing(as_moderator, moderator):
    batch = uuid.uuid4()
    moderation.publish(make_article(), by=moderator, version=1, at=Context(batch=batch))

    answer = as_moderator.post(f"/desk/batches/{batch}/undo/", follow=True)

    undone = Event.objects.get(verb="undo")
    assert answer.redirect_chain == [(f"/desk/bulk/{undone.batch}/?next=/desk/queue/", 302)]
    assert answer.context["verbs"] == {"undo": 1}


def test_a_moderator_does_not_undo_what_only_editors_do(as_moderator, editor):
    article = make_article(title="A tram")
    batch = uuid.uuid4()
    event = moderation.edit(article, by=editor, version=1, title="A train", at=Context(batch=batch))

    answers = [undo(as_moderator, event).status_code, as_moderator.post(f"/desk/batches/{batch}/undo/").status_code]

    article.refresh_from_db()
    assert (answers, article.title) == ([403, 403], "A train")
    log = as_moderator.get("/desk/log/")
    assert [e.can_be_undone for _, events in log.context["days"] for e in events] == [False]


def test_the_log_offers_undo_where_nobody_has_come_since(as_moderator, moderator):
    article = make_article()
    first = moderation.score(article, by=moderator, version=1, heat=50)
    second = moderation.reject(article, by=moderator, version=2, why=Why(Reason.objects.first()))

    page = as_moderator.get("/desk/log/").content.decode()

    assert f"/desk/events/{second.pk}/undo/" in page
    assert f"/desk/events/{first.pk}/undo/" not in page


def test_what_never_was_is_not_undone(as_moderator):
    answers = [as_moderator.post(f"/desk/{path}/undo/") for path in ("events/99", f"batches/{uuid.uuid4()}")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_undo_is_for_those_who_decide(make_user, moderator):
    event = moderation.score(make_article(), by=moderator, version=1, heat=50, at=Context(batch=uuid.uuid4()))
    paths = [f"/desk/events/{event.pk}/undo/", f"/desk/batches/{event.batch}/undo/"]
    importer, strict, stranger = Client(), Client(enforce_csrf_checks=True), Client()
    importer.force_login(make_user("Importers"))
    strict.force_login(moderator)

    assert [importer.post(path).status_code for path in paths] == [403, 403]
    assert [strict.post(path).status_code for path in paths] == [403, 403]
    assert [strict.get(path).status_code for path in paths] == [405, 405]
    assert ["login" in stranger.post(path).url for path in paths] == [True, True]
