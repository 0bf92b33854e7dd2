import json
import re
import uuid

import pytest
from django.test import Client

from articles import moderation
from articles.models import Article, Channel, Event, Reason
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
    said = r"“A tram” was changed since by editors \(edited, \d\d:\d\d\): not undone\."
    assert re.fullmatch(said, answer.context["message"])
    assert answer.context["message"] in page
    assert f'href="/desk/articles/{article.pk}/"' in page
    assert [(e.verb, e.by) for e in answer.context["since"]] == [("edit", editor)]
    assert "<ins>along the harbour</ins>" in page
    article.refresh_from_db()
    assert article.state == "published"


def test_whoever_presses_undo_twice_is_told_that_it_is_undone(as_moderator, moderator, editor):
    [one, other] = [moderation.publish(make_article(title="A tram"), by=moderator, version=1) for _ in range(2)]
    moderation.undo(other, by=editor)
    batch = uuid.uuid4()
    for _ in range(2):
        moderation.publish(make_article(), by=moderator, version=1, at=Context(Channel.BULK, batch))

    undo(as_moderator, one)
    as_moderator.post(f"/desk/batches/{batch}/undo/")
    answers = [undo(as_moderator, one), undo(as_moderator, other), as_moderator.post(f"/desk/batches/{batch}/undo/")]

    assert [answer.status_code for answer in answers] == [409] * 3
    mine, theirs, whole = [re.sub(r"\(\d\d:\d\d\)", "(then)", answer.context["message"]) for answer in answers]
    assert mine == "“A tram” was undone already, by you (then)."
    assert theirs == "“A tram” was undone already, by editors (then)."
    assert whole == "All of it was undone already, by you (then)."


def test_the_script_of_the_queue_is_told_where_it_stands_and_offered_the_step_before(as_moderator, moderator, editor):
    before = moderation.publish(make_article(title="Before"), by=moderator, version=1)
    overtaken = moderation.publish(make_article(), by=moderator, version=1)
    moderation.score(overtaken.article, by=editor, version=2, heat=7)
    article = make_article(title="A tram")
    event = moderation.publish(article, by=moderator, version=1)
    moderation.score(article, by=editor, version=2, heat=7)
    place = f"/desk/queue/?type=news&item={article.pk}"

    answer = undo(as_moderator, event, part="1", next=place)
    page = as_moderator.get(answer.url).content.decode()

    assert (answer.status_code, answer.url) == (302, place)
    assert re.search(r"“A tram” was changed since by editors \(scored, \d\d:\d\d\): not undone\. <a ", page)
    assert f'<a href="/desk/log/?article={article.pk}">See the log</a>' in page
    assert f'Undo the step before it: publish <a href="/desk/articles/{before.article_id}/">“Before”</a>?' in page
    assert f'action="/desk/events/{before.pk}/undo/"' in page
    assert f'name="next" value="/desk/queue/?type=news&amp;item={before.article_id}"' in page


def test_a_colleague_who_works_on_it_is_named(as_moderator, moderator, make_user):
    event = moderation.publish(make_article(title="A tram"), by=moderator, version=1)
    moderation.claim(Article.objects.get(), by=make_user("Moderators", username="anne"))

    answer = undo(as_moderator, event)

    said = r"“A tram” was not undone: anne is working on it, until \d\d:\d\d at the latest\."
    assert (answer.status_code, bool(re.fullmatch(said, answer.context["message"]))) == (409, True)


def test_what_differs_from_what_the_step_left_is_named(as_moderator, editor):
    event = moderation.note(make_article(title="A tram"), by=editor, version=1, notes="Mine")
    Article.objects.update(notes="By SQL")

    answer = undo(as_moderator, event)

    assert answer.context["message"] == "“A tram” was not undone: it is not as that left it: notes."


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
    said = json.loads(again.content)
    assert again.status_code == 409
    assert re.fullmatch(r"“A tram” was undone already, by you \(\d\d:\d\d\)\.", said["message"])
    assert said["since"] == [{"event": undone.pk, "verb": "undo", "by": moderator.username}]


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
    moderation.publish(make_article(), by=moderator, version=1, at=Context(Channel.BULK, batch))

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
