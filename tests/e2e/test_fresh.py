"""What colleagues do shows in an open queue by itself, and nothing that the person is at is disturbed."""

import pytest
from playwright.sync_api import expect

from articles import moderation
from articles.models import Article
from tests.e2e.queue_page import look

pytestmark = pytest.mark.e2e


@pytest.fixture
def queue(twenty, page, log_in, moderator):
    log_in(page, moderator)
    page.clock.install()
    page.goto("/desk/queue/")
    return page


def later(page):
    """As long as the page takes to ask again, and what it gets."""
    with page.expect_response(lambda answer: "part=fresh" in answer.url):
        page.clock.fast_forward(11_000)


def test_claims_decisions_and_numbers_of_a_colleague_show_by_themselves(queue, twenty, editor):
    row = queue.locator(f"#row-{twenty[4].pk}")
    expect(queue.locator("#tabs")).to_contain_text("All 20")
    row.locator("input").check()
    title = row.locator(".row-title")
    title.focus()

    moderation.claim(twenty[4], by=editor)
    moderation.publish(twenty[6], by=editor, version=1)
    later(queue)

    expect(row).to_contain_text(f"{editor} has it")
    expect(row.locator("input")).to_be_checked()
    expect(title).to_be_focused()
    expect(queue.locator(f"#row-{twenty[6].pk}")).to_contain_text("published")
    expect(queue.locator("#tabs")).to_contain_text("All 19")
    expect(queue.locator("#matching")).to_have_text("19")


def test_an_open_article_that_a_colleague_changes_says_so_and_keeps_what_is_typed(queue, twenty, editor):
    queue.keyboard.press("j")
    expect(queue.locator("#item-title")).to_have_text("Article 00")
    note = queue.locator("#item textarea").first
    note.fill("Half a sen")

    Article.objects.filter(pk=twenty[0].pk).update(claimed_by=None, claimed_until=None)
    moderation.score(twenty[0], by=editor, version=1, heat=3, quality=3)
    later(queue)

    expect(queue.locator("#toasts")).to_contain_text("A colleague has changed this article meanwhile")
    expect(note).to_have_value("Half a sen")


def test_the_claim_that_follows_from_looking_brings_no_buttons_for_what_nobody_saw(
    twenty, page, log_in, moderator, editor
):
    log_in(page, moderator)
    page.goto("/desk/queue/")
    held = []
    page.route("**/claim/", lambda route: held.append(route))
    page.keyboard.press("j")
    expect(page.locator("#item-title")).to_have_text("Article 00")
    look(page)
    expect(page.locator(".triage[aria-busy=true]")).to_have_count(1)
    moderation.edit(twenty[0], by=editor, version=1, title="Another title")
    held[0].continue_()
    expect(page.locator("#claim")).to_contain_text("Yours until")
    expect(page.locator("#toasts")).to_contain_text("A colleague has changed this article meanwhile")

    page.keyboard.press("p")

    expect(page.locator(".refusal")).to_contain_text("Another title")
    assert not Article.objects.get(pk=twenty[0].pk).published


def test_one_s_own_steps_are_no_news(queue, twenty):
    queue.keyboard.press("j")
    expect(queue.locator("#item-title")).to_have_text("Article 00")
    queue.clock.fast_forward(1_000)
    look(queue)
    queue.keyboard.press("h")
    expect(queue.locator("#item .value").first).to_have_text("204")
    later(queue)
    expect(queue.locator("#toasts")).not_to_contain_text("A colleague")


def test_a_message_leaves_after_a_while_but_not_from_under_the_pointer(queue, twenty):
    queue.keyboard.press("j")
    expect(queue.locator("#item-title")).to_have_text("Article 00")
    look(queue)
    queue.keyboard.press("p")
    toast = queue.locator("#toasts .toast")
    expect(toast).to_contain_text("“Article 00” published.")

    toast.hover()
    queue.clock.fast_forward(40_000)
    expect(toast).to_be_visible()
    queue.mouse.move(0, 0)
    queue.clock.fast_forward(16_000)
    expect(toast).to_have_count(0)

    # What it said can be undone all the same.
    queue.keyboard.press("u")
    expect(queue.locator("#toasts")).to_contain_text("Undone")
    assert not Article.objects.get(pk=twenty[0].pk).reviewed_at
