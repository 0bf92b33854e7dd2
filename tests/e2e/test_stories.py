"""Copies are cleared by one key, told apart or together by another, and taken back by one undo."""

import pytest
from playwright.sync_api import expect

from articles.models import Article, StoryMember
from articles.stories.forming import form
from tests.e2e.queue_page import sees
from tests.stories.some import story, tell

pytestmark = pytest.mark.e2e


@pytest.fixture
def crane(db) -> list[Article]:
    """One story of five reports, the first of them the hottest, and a report of something else."""
    articles = [tell(0, way, heat=90 - 10 * way) for way in range(5)]
    tell(1, heat=1)
    form()
    return articles


def states(articles) -> list[str]:
    return list(
        Article.objects.filter(pk__in=[one.pk for one in articles]).order_by("pk").values_list("state", flat=True)
    )


def test_one_key_publishes_one_report_and_covers_the_others_and_one_undoes_it(crane, page, log_in, moderator):
    log_in(page, moderator)
    page.goto(f"/desk/queue/?item={crane[0].pk}")
    expect(page.locator("#cover")).to_contain_text("One story, 5 reports.")

    sees(page, "harbour crane collapses onto ferry")
    page.keyboard.press("c")

    expect(page.locator("#toasts")).to_contain_text("Published, and 4 reports covered.")
    sees(page, "astronomers find comet with two tails")
    assert states(crane) == ["published", *["covered"] * 4]

    page.keyboard.press("u")

    expect(page.locator("#toasts")).to_contain_text("Undone")
    assert states(crane) == ["pending"] * 5


def test_without_script_it_takes_two_presses(crane, new_page, log_in, moderator):
    page = new_page(java_script_enabled=False)
    log_in(page, moderator)
    page.goto(f"/desk/queue/?item={crane[0].pk}")
    expect(page.locator("#cover [autofocus]")).to_be_focused()

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#toasts")).to_contain_text("Published, and 4 reports covered.")
    assert states(crane) == ["published", *["covered"] * 4]

    page.locator("#toasts").get_by_role("button", name="Undo").click()

    assert states(crane) == ["pending"] * 5


def test_a_digit_chooses_the_one_of_which_this_is_a_duplicate(crane, page, log_in, moderator):
    log_in(page, moderator)
    page.goto(f"/desk/queue/?item={crane[0].pk}")
    second = page.locator(".like").nth(1).get_by_role("link").get_attribute("href")

    sees(page, "harbour crane collapses onto ferry")
    page.keyboard.press("2")
    page.keyboard.press("d")

    sees(page, "astronomers find comet with two tails")
    first = Article.objects.get(pk=crane[0].pk)
    assert (first.state, f"/desk/articles/{first.duplicate_of_id}/") == ("duplicate", second)


def test_what_the_machine_grouped_is_corrected_by_a_key(crane, page, log_in, moderator):
    log_in(page, moderator)
    page.goto(f"/desk/queue/?item={crane[0].pk}")

    sees(page, "harbour crane collapses onto ferry")
    page.keyboard.press("Shift+G")

    expect(page.locator("#toasts")).to_contain_text("Never one story")
    expect(page.locator("#cover")).to_contain_text("3 reports")
    assert StoryMember.objects.count() == 5

    page.keyboard.press("u")

    expect(page.locator("#cover")).to_contain_text("5 reports")


def test_the_queue_shows_one_row_for_each_story(crane, page, log_in, moderator):
    comet = story(1, 2, heat=5)
    form()
    log_in(page, moderator)
    page.goto("/desk/queue/")
    assert page.locator(".row").count() == 8

    page.get_by_role("link", name="By story").click()

    expect(page.locator(".row")).to_have_count(2)
    expect(page.locator(f"#row-{comet[-1].pk}")).to_contain_text("3 reports")
    expect(page.locator(f"#row-{crane[-1].pk}")).to_contain_text("5 reports")
