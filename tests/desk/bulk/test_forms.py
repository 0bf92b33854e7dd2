"""What a bulk decision asks for: a reason, scores, topics, a colleague."""

import pytest

from tests.desk.bulk.preview import CONFIRM, confirm, left, look, picks
from tests.desk.bulk.test_bulk import states
from tests.factories import make_article, make_topic

pytestmark = pytest.mark.django_db


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


def test_the_note_of_a_withdrawal_is_checked_before_anything_is_written(as_moderator, moderator):
    article = make_article(published=True)
    page = look(as_moderator, "withdraw", article)

    answer = confirm(as_moderator, page, reason="wrong", note="a\x0bb")

    assert (answer.status_code, states()) == (422, ["live"])
