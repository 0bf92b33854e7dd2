import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles import moderation
from articles.models import Article, Event
from tests.factories import make_article, make_topic

pytestmark = pytest.mark.django_db

BULK, CONFIRM = "/desk/bulk/", "/desk/bulk/confirm/"


@pytest.fixture
def as_moderator(client, moderator):
    client.force_login(moderator)
    return client


def picks(*articles) -> list[str]:
    return [f"{article.pk}:{article.version}" for article in articles]


def look(client, action, *articles, **data):
    return client.post(BULK, {"action": action, "selected": picks(*articles)} | data)


def confirm(client, page, **data):
    """Send the form of a preview, with what the person typed."""
    sent = {name: page.context[name] for name in ("action", "selected", "picks", "next")}
    return client.post(CONFIRM, sent | data)


def left(page) -> dict[str, str]:
    """The exceptions of a preview: title and reason."""
    return {row.title: why for why, rows, _ in page.context["left"] for row in rows}


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


def test_without_a_reason_nothing_is_done_and_what_was_typed_stays(as_moderator):
    page = look(as_moderator, "reject", make_article())

    answer = confirm(as_moderator, page, note="About boats")

    assert (answer.status_code, states()) == (422, ["pending"])
    html = answer.content.decode()
    assert "Choose a reason: readers and colleagues will ask." in html
    assert "About boats" in html
    assert answer.context["picks"] == page.context["picks"]


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ({"quality": "70"}, (70, 5)),
        ({"quality_by": "-20", "heat_by": "10"}, (0, 15)),
        ({"heat": "-1"}, (10, -1)),
    ],
)
def test_scores_are_set_or_shifted(as_moderator, typed, becomes):
    article = make_article(quality=10, heat=5)

    answer = confirm(as_moderator, look(as_moderator, "score", article), **typed)

    article.refresh_from_db()
    assert (answer.status_code, (article.quality, article.heat)) == (302, becomes)


@pytest.mark.parametrize(
    "typed",
    [{}, {"quality": "70", "quality_by": "1"}, {"heat": "-2"}, {"quality": "much"}, {"heat_by": "9" * 30}],
)
def test_scores_that_cannot_be_are_refused(as_moderator, typed):
    article = make_article(quality=10, heat=5)

    answer = confirm(as_moderator, look(as_moderator, "score", article), **typed)

    article.refresh_from_db()
    assert (answer.status_code, article.version) == (422, 1)
    assert answer.context["form"].errors


def test_once_it_is_typed_the_preview_knows_what_would_stay_as_it_is(as_moderator):
    same, other = make_article(title="Same", heat=40), make_article(title="Other", heat=5)

    page = look(as_moderator, "score", same, other, heat="40")

    assert left(page) == {"Same": "Is like that already."}
    assert page.context["form"]["heat"].value() == "40"


def test_editors_add_and_remove_topics(client, editor):
    client.force_login(editor)
    old, new = make_topic("Power"), make_topic("Harbour")
    articles = [make_article(topics=[old]), make_article()]

    confirm(client, look(client, "topics", *articles), how="add_topics", topics=["harbour"])
    for article in articles:
        article.refresh_from_db()
    confirm(client, look(client, "topics", *articles), how="remove_topics", topics=["power"])

    assert [article.ordered_topics for article in articles] == [[new], [new]]


def test_moderators_do_not_change_topics(as_moderator):
    article = make_article()

    answers = [look(as_moderator, "topics", article).status_code]
    answers += [as_moderator.post(CONFIRM, {"action": "topics", "picks": picks(article)}).status_code]

    assert answers == [403, 403]


def test_articles_are_assigned_to_a_colleague_who_decides(as_moderator, editor, importer):
    article = make_article()
    page = look(as_moderator, "assign", article)

    refused = confirm(as_moderator, page, to=importer.username)
    done = confirm(as_moderator, page, to=editor.username)

    article.refresh_from_db()
    assert (refused.status_code, done.status_code, article.assigned_to) == (422, 302, editor)


def test_all_that_match_the_filter_are_decided_on_across_pages(as_moderator):
    for n in range(60):
        make_article(type="video" if n % 2 else "article")

    page = as_moderator.post(BULK, {"action": "publish", "all": "1", "filter": "type=video", "next": "/desk/queue/"})
    confirm(as_moderator, page)

    assert page.context["number"] == 30
    assert set(Article.objects.filter(state="published").values_list("type", flat=True)) == {"video"}
    assert Article.objects.filter(state="published").count() == 30


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"all": "1", "filter": "type=nonsense"}, "A choice of the filter is not possible"),
        ({"all": "1", "filter": "quality_from=x"}, "A choice of the filter is not possible"),
        ({"all": "1", "filter": "type=podcast"}, "No article matches"),
        ({}, "No article was selected."),
        ({"selected": ["1"]}, "which versions"),
        ({"selected": ["1:x", "2:1"]}, "which versions"),
    ],
)
def test_a_selection_that_is_none_is_refused(as_moderator, data, says):
    make_article()

    answer = as_moderator.post(BULK, {"action": "publish"} | data)

    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_no_more_are_taken_than_one_request_can_do(as_moderator, monkeypatch):
    monkeypatch.setattr("articles.desk.bulk.selection.MOST_AT_ONCE", 2)
    for _ in range(3):
        make_article()

    everything = as_moderator.post(BULK, {"action": "publish", "all": "1"})
    by_hand = as_moderator.post(BULK, {"action": "publish", "selected": picks(*Article.objects.all())})

    assert [everything.status_code, by_hand.status_code] == [422, 422]
    assert "These are more than 2 articles" in everything.content.decode()


def test_the_form_of_five_thousand_fits_into_a_request(as_moderator):
    text = " ".join(f"{10**6 + n}:1" for n in range(5000))

    answer = as_moderator.post(CONFIRM, {"action": "publish", "selected": text, "picks": text})

    assert (answer.status_code, len(answer.context["refused"])) == (200, 5000)


def test_a_thousand_take_as_many_queries_as_ten(as_moderator, moderator):
    provider = make_article().provider

    def decide(number):
        Article.objects.bulk_create(
            Article(
                title=f"Article {n}",
                slug=f"of-{number}-{n}",
                path=f"{number}/{n}.md",
                web_url=f"https://a.example/{number}/{n}",
                canonical_url=f"https://a.example/{number}/{n}",
                published_at="2021-01-01T00:00Z",
                provider=provider,
            )
            for n in range(number)
        )
        chosen = Article.objects.filter(path__startswith=f"{number}/")
        counted = []
        with CaptureQueriesContext(connection) as captured:
            page = look(as_moderator, "reject", *chosen)
        counted.append(len(captured))
        with CaptureQueriesContext(connection) as captured:
            answer = confirm(as_moderator, page, reason="wrong")
        counted.append(len(captured))
        with CaptureQueriesContext(connection) as captured:
            as_moderator.get(answer.url)
        counted.append(len(captured))
        batch = re.search(r"bulk/([^/]+)/", answer.url)[1]
        with CaptureQueriesContext(connection) as captured:
            assert as_moderator.post(f"/desk/batches/{batch}/undo/").status_code == 302
        return [*counted, len(captured)]

    ten, thousand = decide(10), decide(1000)

    assert Event.objects.filter(verb="undo").count() == 1010
    # Writes go in parts, of which a thousand rows make a few.
    assert all(many <= few + 25 for few, many in zip(ten, thousand, strict=True)), (ten, thousand)


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


def test_the_note_of_a_withdrawal_is_checked_before_anything_is_written(as_moderator, moderator):
    article = make_article(published=True)
    page = look(as_moderator, "withdraw", article)

    answer = confirm(as_moderator, page, reason="wrong", note="a\x0bb")

    assert (answer.status_code, states()) == (422, ["live"])
