"""What a person did last at the desk, and how it is taken back: the newest step first, refused ones by name."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import moderation
from articles.models import Article, Channel, Event
from articles.moderation import Context, bulk
from articles.moderation.content_verbs import Delete
from articles.moderation.own_steps import FRESH, MOST_STEPS, last_steps, steps_query, undo_last
from articles.moderation.refusals import Impossible, UndoneAlready
from articles.moderation.verbs import Publish
from tests.factories import make_article


@pytest.fixture
def anne(make_user):
    return make_user("Moderators", username="anne")


def published(by, *titles) -> list[Event]:
    return [moderation.publish(make_article(title=title), by=by, version=1) for title in titles]


def listed(by) -> list[tuple]:
    return [(step.event.title, step.verbs, step.articles, step.refusal) for step in last_steps(by)]


def told(undone) -> list[tuple]:
    return [(each.step.event.title, each.done, [why for _, why in each.refused]) for each in undone]


def test_the_steps_of_a_person_are_listed_the_newest_first(moderator, anne):
    published(moderator, "First")
    published(anne, "Of a colleague")
    article = make_article(title="Saved")
    moderation.apply(article, by=moderator, version=1, at=Context(), heat=5, notes="Ask", published=True)
    bulk.carry_out([(make_article().pk, 1), (make_article(title="Of two").pk, 1)], Publish(), by=moderator)
    published(moderator, "Last")

    assert listed(moderator) == [
        ("Last", ["publish"], 1, ""),
        ("Of two", ["publish"], 2, ""),
        ("Saved", ["note", "publish", "score"], 1, ""),
        ("First", ["publish"], 1, ""),
    ]


def test_what_was_undone_is_no_step_and_neither_is_the_undo(moderator, anne):
    first, second = published(moderator, "First", "Second")
    moderation.undo(first, by=moderator)
    moderation.undo(second, by=anne)

    assert (listed(moderator), listed(anne)) == ([], [])


def test_what_was_not_done_at_the_desk_is_no_step(moderator):
    for channel in (Channel.ADMIN, Channel.COMMAND):
        moderation.publish(make_article(), by=moderator, version=1, at=Context(channel))

    assert (listed(moderator), undo_last(1, by=moderator)) == ([], [])


def test_a_step_that_cannot_be_undone_any_more_says_why(moderator, anne, make_user):
    first, _second = published(moderator, "First", "Second")
    moderation.score(Article.objects.get(title="First"), by=anne, version=first.version, heat=3)
    boss = make_user("superuser", username="boss")
    moderation.edit(make_article(title="Edited"), by=boss, version=1, title="Anew")
    moderation.delete(make_article(title="Deleted"), by=boss, version=1)

    [second, overtaken] = listed(moderator)
    assert second[3] == ""
    assert re.fullmatch(r"changed since by anne \(scored, \d\d:\d\d\)", overtaken[3])
    assert [step[3] for step in listed(boss)] == ["A deleted article does not come back.", ""]
    boss.is_superuser = False
    assert listed(boss)[1][3] == "Your role does not allow this any more."


def test_a_step_that_waits_for_a_later_one_of_the_person_says_so(moderator):
    article = make_article(title="Twice")
    moderation.score(article, by=moderator, version=1, heat=5)
    moderation.publish(article, by=moderator, version=2)

    [later, earlier] = listed(moderator)

    assert later[3] == ""
    assert re.fullmatch(r"changed since by you \(published, \d\d:\d\d\): undo that first", earlier[3])


def test_the_last_steps_are_undone_one_by_one(moderator):
    published(moderator, "First", "Second", "Third")

    found = [told(undo_last(1, by=moderator)) for _ in range(4)]

    assert found == [[("Third", 1, [])], [("Second", 1, [])], [("First", 1, [])], []]
    assert set(Article.objects.values_list("state", flat=True)) == {"pending"}


def test_the_last_n_steps_are_undone_batches_as_one(moderator):
    published(moderator, "Stays")
    bulk.carry_out([(make_article().pk, 1), (make_article(title="Of two").pk, 1)], Publish(), by=moderator)
    article = make_article(title="Twice")
    moderation.score(article, by=moderator, version=1, heat=5)
    moderation.publish(article, by=moderator, version=2)

    assert told(undo_last(3, by=moderator)) == [("Twice", 1, []), ("Twice", 1, []), ("Of two", 2, [])]
    assert listed(moderator) == [("Stays", ["publish"], 1, "")]
    assert Article.objects.get(title="Twice").heat == -1


def test_a_refused_step_is_named_and_stops_none_of_the_others(moderator, anne):
    published(moderator, "First")
    [second] = published(moderator, "Second")
    published(moderator, "Third")
    moderation.score(Article.objects.get(title="Second"), by=anne, version=second.version, heat=3)

    third, refused, first = told(undo_last(3, by=moderator))

    assert (third, first) == (("Third", 1, []), ("First", 1, []))
    assert refused[:2] == ("Second", 0)
    assert re.fullmatch(r"“Second” was changed since by anne \(scored, \d\d:\d\d\): not undone\.", refused[2][0])
    assert [title for title, *_ in listed(moderator)] == ["Second"]


def test_a_batch_is_a_step_until_all_of_it_is_undone(moderator, anne):
    articles = [make_article(title=title) for title in ("One", "Two")]
    bulk.carry_out([(article.pk, 1) for article in articles], Publish(), by=moderator)
    moderation.score(Article.objects.get(title="Two"), by=anne, version=2, heat=3)

    assert listed(moderator) == [("Two", ["publish"], 2, "")]
    [(title, done, [why])] = told(undo_last(1, by=moderator))
    assert (title, done, "by anne" in why) == ("Two", 1, True)
    [(title, verbs, articles, refusal)] = listed(moderator)
    assert (title, verbs, articles, refusal[:21]) == ("Two", ["publish"], 1, "changed since by anne")


def test_what_cannot_come_back_is_refused_and_not_passed_over(make_user):
    boss = make_user("superuser")
    published(boss, "First")
    bulk.carry_out([(make_article(title="Deleted").pk, 1)], Delete(), by=boss)

    assert told(undo_last(1, by=boss)) == [("Deleted", 0, ["A deleted article does not come back."])]
    assert [title for title, *_ in listed(boss)] == ["Deleted", "First"]


def test_the_steps_before_a_refused_one_are_known(moderator):
    first, second, _third = published(moderator, "First", "Second", "Third")

    assert [step.event for step in last_steps(moderator, 1, before=second)] == [first]
    assert last_steps(moderator, before=first) == []


def test_the_same_list_is_undone_once(moderator):
    _first, second, third = published(moderator, "First", "Second", "Third")
    undo_last(2, by=moderator, newest=third.pk)

    with pytest.raises(UndoneAlready, match=r"“Third” was undone already, by you"):
        undo_last(2, by=moderator, newest=third.pk)
    published(moderator, "Fourth")
    for number in (second.pk - 1, 99_999):
        with pytest.raises(Impossible, match="Look at the list again"):
            undo_last(1, by=moderator, newest=number)

    assert [title for title, *_ in listed(moderator)] == ["Fourth", "First"]


def test_what_is_old_is_undone_by_whoever_has_seen_it(moderator, monkeypatch):
    assert timedelta(hours=8) < FRESH < timedelta(days=1)
    monkeypatch.setattr("articles.moderation.own_steps.FRESH", timedelta(0))
    [old] = published(moderator, "Old")

    assert undo_last(1, by=moderator) == []
    assert told(undo_last(1, by=moderator, newest=old.pk)) == [("Old", 1, [])]


def test_the_steps_come_out_of_the_indexes_in_their_order(moderator):
    with connection.cursor() as sql:
        if connection.vendor == "postgresql":
            # In a table of no size every way is as good.
            sql.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
            )

    plan = steps_query(moderator)[:MOST_STEPS].explain()

    assert "event_by_person" in plan, plan
    assert "event_by_batch" in plan, plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def test_the_list_takes_the_same_queries_for_one_step_and_for_many(moderator, anne):
    def grow(number):
        for _ in range(number):
            [event] = published(moderator, "One")
            moderation.score(event.article, by=anne, version=2, heat=4)
            at = Context(Channel.BULK, uuid4())
            moderation.publish(make_article(), by=moderator, version=1, at=at)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            steps = last_steps(moderator)
        return len(captured), len(steps)

    grow(1)
    assert queries() == (3, 2)
    grow(20)
    assert queries() == (3, MOST_STEPS)
