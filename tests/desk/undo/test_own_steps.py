"""/desk/undo/: the last steps of a person, and the undo of the last of them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import moderation
from articles.models import Article, Channel, Event
from articles.moderation import bulk
from articles.moderation.verbs import Publish
from tests.factories import make_article

pytestmark = pytest.mark.django_db
STEPS, QUEUE = "/desk/undo/", "/desk/queue/?type=news"


def publish(by, *titles) -> list[Event]:
    return [moderation.publish(make_article(title=title), by=by, version=1) for title in titles]


def states() -> list[str]:
    return list(Article.objects.order_by("pk").values_list("state", flat=True))


def told(client, answer) -> list[str]:
    """The messages on the page that the answer leads to."""
    assert answer.status_code == 302
    page = client.get(answer.url)
    return [re.sub(r"<[^>]+>|\(\w+, \d\d:\d\d\)", "", str(message)) for message in page.context["messages"]]


def test_the_page_lists_the_steps_each_with_its_undo_or_why_not(as_moderator, moderator, editor):
    first, second = publish(moderator, "First", "Second")
    bulk.carry_out([(make_article().pk, 1), (make_article().pk, 1)], Publish(), by=moderator)
    moderation.score(first.article, by=editor, version=2, heat=5)

    answer = as_moderator.get(f"{STEPS}?next=/desk/queue/%3Ftype%3Dnews")

    page = answer.content.decode()
    batch = Event.objects.exclude(batch=None).first().batch
    assert [address for _, address in answer.context["steps"]] == [
        f"/desk/batches/{batch}/undo/",
        f"/desk/events/{second.pk}/undo/",
        "",
    ]
    assert [address in page for address in (f"/events/{first.pk}/undo/", f"/events/{second.pk}/undo/")] == [False, True]
    assert ">2 articles</a>" in page
    assert "Changed since by editors (scored, " in page
    assert '<a href="/desk/queue/?type=news">Back</a>' in page


def test_the_last_step_is_undone_and_the_queue_opens_its_article(as_moderator, moderator):
    _first, second = publish(moderator, "First", "Second")

    answer = as_moderator.post(STEPS, {"last": "1", "next": QUEUE})

    assert answer.url == f"{QUEUE}&item={second.article_id}"
    assert told(as_moderator, answer) == ["Undone: publish “Second”."]
    assert states() == ["published", "pending"]


def test_the_last_three_are_undone_and_told_in_one_message(as_moderator, moderator):
    publish(moderator, "Stays")
    bulk.carry_out([(make_article().pk, 1), (make_article().pk, 1)], Publish(), by=moderator)
    publish(moderator, "Second", "Third")

    answer = as_moderator.post(STEPS, {"last": "3"})

    assert answer.url == STEPS
    assert told(as_moderator, answer) == ["Undone: publish “Third”; publish “Second”; publish of 2 articles."]
    assert states() == ["published"] + ["pending"] * 4


def test_a_refused_one_of_the_last_is_named_and_the_others_are_undone(as_moderator, moderator, editor):
    _first, second, _third = publish(moderator, "First", "Second", "Third")
    moderation.score(second.article, by=editor, version=2, heat=5)

    answer = as_moderator.post(STEPS, {"last": "3"})

    assert told(as_moderator, answer) == [
        "Undone: publish “Third”; publish “First”.",
        "“Second” was changed since by editors : not undone. See the log",
    ]
    assert states() == ["pending", "published", "pending"]


def test_a_refused_last_step_offers_the_one_before_and_leaves_it_alone(as_moderator, moderator, editor):
    first, second = publish(moderator, "First", "Second")
    moderation.score(second.article, by=editor, version=2, heat=5)

    answer = as_moderator.post(STEPS, {"last": "1", "next": QUEUE})
    page = as_moderator.get(answer.url)

    assert f'action="/desk/events/{first.pk}/undo/"' in page.content.decode()
    assert states() == ["published", "published"]


def test_the_same_form_that_is_sent_twice_undoes_its_steps_once(as_moderator, moderator):
    *_others, last = publish(moderator, *"abcdef")
    form = {"last": "2", "newest": last.pk}

    answers = [as_moderator.post(STEPS, form) for _ in range(2)]

    assert "“f” was undone already, by you" in told(as_moderator, answers[1])[1]
    assert states() == ["published"] * 4 + ["pending"] * 2


@pytest.mark.parametrize("page", ["/desk/queue/", "/desk/articles/{}/"])
def test_the_undo_of_a_page_that_is_sent_twice_undoes_one_step(as_moderator, moderator, editor, page):
    _first, _second, last = publish(moderator, "First", "Second", "Third")
    [theirs] = publish(editor, "Theirs")
    shown = re.search(r'name="shown" value="([.0-9]+)"', as_moderator.get(page.format(last.article_id)).text)[1]
    # What a colleague undoes meanwhile is another matter.
    moderation.undo(theirs, by=editor)
    form = {"last": "1", "shown": shown}

    answers = [as_moderator.post(STEPS, form) for _ in range(2)]

    assert told(as_moderator, answers[1])[1].startswith("“Third” was undone already, by you (")
    assert states() == ["published", "published", "pending", "pending"]


@pytest.mark.parametrize("shown", ["never", "-1", "1e300", "nan", "inf"])
def test_a_moment_that_cannot_be_undoes_nothing(as_moderator, moderator, shown):
    publish(moderator, "First")

    assert as_moderator.post(STEPS, {"last": "1", "shown": shown}).status_code == 422
    assert states() == ["published"]


def test_what_a_colleague_did_is_not_in_the_way_and_not_undone(as_moderator, moderator, editor):
    publish(moderator, "Mine")
    publish(editor, "Theirs")

    as_moderator.post(STEPS, {"last": "5"})

    assert states() == ["pending", "published"]


@pytest.mark.parametrize("typed", ["", "0", "-1", "21", "three", "9" * 30])
def test_a_number_that_cannot_be_undoes_nothing_and_says_so(as_moderator, moderator, typed):
    publish(moderator, "First")

    answer = as_moderator.post(STEPS, {"last": typed})

    assert (answer.status_code, states()) == (422, ["published"])
    assert "Say how many: 1 to 20." in answer.content.decode()


def test_where_nothing_is_left_it_says_so(as_moderator):
    assert told(as_moderator, as_moderator.post(STEPS, {"last": "1"})) == [
        "There is nothing to undo from the last 12 hours. Your last steps"
    ]
    assert "There is nothing to undo." in as_moderator.get(STEPS).content.decode()


def test_titles_are_no_markup(as_moderator, moderator, editor):
    title = "<b>Bold</b> {0} & co"
    [event] = publish(moderator, title)
    shown = "&lt;b&gt;Bold&lt;/b&gt; {0} &amp; co"

    done = as_moderator.post(STEPS, {"last": "1"}, follow=True).content.decode()
    moderation.publish(event.article, by=moderator, version=3)
    moderation.score(event.article, by=editor, version=4, heat=5)
    refused = as_moderator.post(STEPS, {"last": "1"}, follow=True).content.decode()

    assert (f"“{shown}”" in done, f"“{shown}” was changed" in refused) == (True, True)
    assert "<b>" not in done + refused


def test_the_page_takes_the_same_queries_for_one_step_and_for_twenty(as_moderator, moderator, editor):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            as_moderator.get(STEPS)
        return len(captured)

    def grow(number):
        for _ in range(number):
            [event] = publish(moderator, "One")
            moderation.score(event.article, by=editor, version=2, heat=5)
            bulk.carry_out([(make_article().pk, 1)], Publish(), by=moderator)

    grow(1)
    few = queries()
    grow(19)

    assert (queries(), few <= 8) == (few, True)


def test_steps_of_the_admin_are_undone_in_the_log(as_moderator, moderator):
    moderation.publish(make_article(), by=moderator, version=1, at=moderation.Context(Channel.ADMIN))

    as_moderator.post(STEPS, {"last": "1"})

    assert states() == ["published"]
