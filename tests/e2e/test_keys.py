"""No decision on what was not seen: held keys, second clicks, other layouts, half-typed words."""

import pytest
from playwright.sync_api import expect

from articles.models import Event
from tests.e2e.queue_page import opened, sees, states
from tests.factories import make_article

pytestmark = pytest.mark.e2e

PRESS = (
    "event => document.body.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...event }))"
)
# The last answer of the server is on the page.
DONE = ".triage:not([aria-busy])"


@pytest.fixture
def queue(twenty, page, log_in, moderator):
    log_in(page, moderator)
    page.goto("/desk/queue/")
    page.keyboard.press("j")
    sees(page, "Article 00")
    return page


def decisions() -> int:
    return Event.objects.filter(verb__in=["publish", "reject", "withdraw", "reopen"]).count()


@pytest.mark.parametrize("says_repeat", [True, False])
def test_a_key_that_is_held_for_a_second_decides_once(queue, says_repeat):
    for number in range(30):
        repeat = says_repeat and number > 0
        queue.evaluate(PRESS, {"key": "p", "code": "KeyP", "repeat": repeat})
        queue.wait_for_timeout(33)

    sees(queue, "Article 01")
    expect(queue.locator(DONE)).to_be_attached()
    assert decisions() == 1


def test_a_double_click_decides_once(queue):
    queue.get_by_role("button", name="Publish p").dblclick()

    sees(queue, "Article 01")
    assert decisions() == 1


def test_presses_apart_are_decisions_each_and_a_second_one_on_the_unseen_is_none(queue):
    queue.keyboard.press("p")
    sees(queue, "Article 01")
    queue.keyboard.press("p")
    queue.keyboard.press("p")

    sees(queue, "Article 02")
    assert decisions() == 2


def test_a_press_while_the_server_is_slow_does_not_decide_on_what_comes(queue):
    def slowly(route):
        queue.keyboard.press("p")
        queue.keyboard.press("o")
        route.continue_()

    queue.route("**/publish/", slowly, times=1)
    queue.keyboard.press("p")

    sees(queue, "Article 01")
    expect(queue.locator(DONE)).to_be_attached()
    assert decisions() == 1


def test_a_held_key_of_any_kind_does_nothing_but_moves(queue):
    for key in "prwonhHqQxXeus?/":
        queue.evaluate(PRESS, {"key": key, "shiftKey": key.isupper(), "repeat": True})
    assert states() == {"pending": 10, "live": 10}
    expect(opened(queue)).to_have_text("Article 00")
    expect(queue.locator("[data-selected]")).to_have_text("")

    queue.evaluate(PRESS, {"key": "j", "code": "KeyJ", "repeat": True})
    expect(opened(queue)).to_have_text("Article 01")


@pytest.mark.parametrize(
    ("event", "title"),
    [
        ({"key": "о", "code": "KeyJ"}, "Article 01"),
        ({"key": "ξ", "code": "KeyJ"}, "Article 01"),
        ({"key": "J", "code": "KeyJ"}, "Article 01"),
        # Dvorak: what is printed counts.
        ({"key": "j", "code": "KeyC"}, "Article 01"),
        ({"key": "c", "code": "KeyJ"}, "Article 00"),
        ({"key": "j", "code": "KeyJ", "isComposing": True}, "Article 00"),
        ({"key": "j", "code": "KeyJ", "keyCode": 229}, "Article 00"),
    ],
)
def test_a_key_is_known_on_every_layout(queue, event, title):
    queue.evaluate(PRESS, event)

    expect(queue.locator(DONE)).to_be_attached()
    expect(opened(queue)).to_have_text(title)


def test_caps_lock_changes_no_score_the_other_way(queue):
    queue.evaluate(PRESS, {"key": "H", "code": "KeyH"})
    expect(queue.locator(".value").first).to_have_text("204")

    queue.evaluate(PRESS, {"key": "h", "code": "KeyH", "shiftKey": True})
    expect(queue.locator(".value").first).to_have_text("204")


ENTER = """(field, isComposing) => field.dispatchEvent(
    new KeyboardEvent("keydown", { key: "Enter", isComposing, bubbles: true, cancelable: true }))"""


def test_enter_takes_a_word_that_is_composed_and_does_nothing_else(live_server, page, log_in, editor):
    log_in(page, editor)
    page.goto(f"/desk/articles/{make_article(related=[{}, {}]).pk}/")
    topics, search = page.locator("#id_topics_add"), page.locator("input[data-search]")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    topics.evaluate("field => { field.value = 'とうき'; }")

    topics.evaluate(ENTER, True)
    search.evaluate(ENTER, True)
    expect(page.locator("#id_topics")).to_have_value("")
    with page.expect_request(lambda request: "q=" in request.url):
        search.evaluate(ENTER, False)
    topics.evaluate(ENTER, False)

    expect(page.locator("#id_topics")).to_have_value("とうき")
    assert len([url for url in asked if "q=" in url]) == 1
