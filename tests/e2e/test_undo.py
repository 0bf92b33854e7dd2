"""Undo takes back what the person did last, also after a reload, and says who stands in its way."""

import re

import pytest
from playwright.sync_api import expect

from articles import moderation
from articles.models import Article, Event
from tests.e2e.accessibility import broken
from tests.e2e.queue_page import look, sees, states
from tests.factories import make_article

pytestmark = pytest.mark.e2e


@pytest.fixture
def anne(make_user):
    return make_user("Moderators", username="anne")


@pytest.fixture
def queue(twenty, page, log_in, moderator):
    """The queue after the first four articles were published by key."""
    log_in(page, moderator)
    page.goto("/desk/queue/")
    page.keyboard.press("j")
    for number in range(4):
        sees(page, f"Article {number:02}")
        page.keyboard.press("p")
    sees(page, "Article 04")
    return page


def toasts(page):
    return page.locator("#toasts")


def test_after_a_reload_u_goes_on_with_the_steps_before(queue):
    queue.keyboard.press("u")
    sees(queue, "Article 03")
    queue.reload()
    look(queue)

    queue.keyboard.press("u")
    sees(queue, "Article 02")
    expect(toasts(queue)).to_contain_text("Undone: publish “Article 02”.")
    queue.goto("/desk/")
    queue.goto("/desk/queue/")
    look(queue)
    queue.keyboard.press("u")
    sees(queue, "Article 01")

    assert states()["published"] == 1
    expect(queue.locator("#row-" + queue.locator("#item").get_attribute("data-pk"))).not_to_contain_class("decided")


def test_each_of_some_fast_presses_undoes_one_step_more(queue):
    queue.reload()
    look(queue)
    for _ in range(3):
        queue.keyboard.press("u")

    sees(queue, "Article 01")
    assert states()["published"] == 1
    undone = Event.objects.filter(verb="undo").order_by("pk").values_list("title", flat=True)
    assert list(undone) == ["Article 03", "Article 02", "Article 01"]


def test_where_nothing_is_left_u_says_so(queue):
    for number in (3, 2, 1, 0):
        queue.keyboard.press("u")
        sees(queue, f"Article {number:02}")
    queue.keyboard.press("u")

    expect(toasts(queue)).to_contain_text("There is nothing to undo")
    assert states() == {"pending": 10, "live": 10}


def test_the_last_three_are_undone_from_the_list_and_one_is_back_in_the_queue(queue):
    queue.keyboard.press("Shift+U")
    expect(queue.get_by_role("heading", name="Your last steps")).to_be_visible()
    assert broken(queue) == []

    queue.get_by_label("Undo the last").fill("3")
    queue.get_by_role("button", name="Undo", exact=True).click()
    expect(queue.locator(".messages")).to_contain_text("“Article 03”; publish “Article 02”; publish “Article 01”.")
    queue.get_by_role("link", name="Back").click()

    sees(queue, "Article 04")
    assert states()["published"] == 1


def test_a_refused_undo_names_the_colleague_and_the_next_one_goes_on(queue, twenty, anne):
    moderation.score(Article.objects.get(pk=twenty[3].pk), by=anne, version=2, heat=1)

    queue.keyboard.press("u")
    expect(toasts(queue)).to_contain_text("“Article 03” was changed since by anne (scored, ")
    expect(toasts(queue)).to_contain_text("not undone. See the log. Undo the step before it: publish “Article 02”?")
    assert broken(queue) == []
    assert states()["published"] == 4
    queue.keyboard.press("u")
    sees(queue, "Article 02")
    expect(toasts(queue)).to_contain_text("Undone: publish “Article 02”.")
    assert states()["published"] == 3

    # After a reload the refused one is told again, and passed over again.
    queue.reload()
    look(queue)
    queue.keyboard.press("u")
    expect(toasts(queue)).to_contain_text("by anne")
    queue.keyboard.press("u")
    sees(queue, "Article 01")
    toasts(queue).get_by_role("link").click()
    expect(queue).to_have_url(re.compile("/desk/articles/[0-9]+/"))


def test_whoever_looks_at_a_decided_article_is_in_nobodys_way(queue, twenty, new_page, log_in, anne):
    other = new_page()
    log_in(other, anne)
    other.goto(f"/desk/queue/?item={twenty[3].pk}")
    sees(other, "Article 03")
    # Longer than it takes to claim one that waits.
    other.wait_for_timeout(1000)
    expect(other.get_by_text("Nobody has it")).to_be_visible()

    queue.keyboard.press("u")
    sees(queue, "Article 03")
    expect(queue.get_by_text("Yours until")).to_be_visible()

    assert states()["published"] == 3


def test_u_and_its_list_work_on_the_page_of_an_article(queue, twenty):
    queue.goto(f"/desk/articles/{twenty[10].pk}/")
    expect(queue.locator("html.has-script:not([data-unseen])")).to_have_count(1)

    queue.keyboard.press("u")
    expect(queue.locator(".messages")).to_contain_text("Undone: publish “Article 03”.")
    expect(queue.get_by_role("heading", level=1)).to_have_text("Article 10")
    expect(queue.locator("html.has-script:not([data-unseen])")).to_have_count(1)
    queue.keyboard.press("Shift+U")

    expect(queue.get_by_role("heading", name="Your last steps")).to_be_visible()
    queue.get_by_role("link", name="Back").click()
    expect(queue.get_by_role("heading", level=1)).to_have_text("Article 10")
    assert states()["published"] == 3


def test_all_of_it_works_without_javascript(live_server, new_page, log_in, moderator, anne):
    page = new_page(java_script_enabled=False)
    log_in(page, moderator)
    events = [
        moderation.publish(make_article(title=title, heat=9), by=moderator, version=1)
        for title in ("One", "Two", "Three")
    ]
    page.goto("/desk/queue/")

    page.get_by_role("button", name="Undo u").click()
    expect(page.locator("#item-title")).to_have_text("Three")
    expect(toasts(page)).to_contain_text("Undone: publish “Three”.")
    moderation.score(events[1].article, by=anne, version=2, heat=1)
    page.get_by_role("button", name="Undo u").click()
    expect(toasts(page)).to_contain_text("“Two” was changed since by anne (scored, ")
    page.get_by_role("link", name="Last steps").click()
    expect(page.get_by_text("Changed since by anne (scored, ")).to_be_visible()
    twin = page.context.new_page()
    twin.goto(page.url)
    page.get_by_role("button", name="Undo publish: One").click()
    expect(page.locator(".messages")).to_contain_text("Undone: publish “One”.")
    assert states() == {"pending": 2, "published": 1}

    # The same form once more.
    twin.get_by_role("button", name="Undo publish: One").click()
    expect(twin.get_by_role("alert")).to_contain_text("“One” was undone already, by you")
