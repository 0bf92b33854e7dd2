"""The page of one article by its keys, with the list that it was opened from."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from articles.models import Article, DeskPreference, Event
from tests.e2e.accessibility import broken
from tests.e2e.queue_page import sees, states
from tests.factories import make_article

pytestmark = pytest.mark.e2e

LIST = "/desk/queue/?reason=pending&words=storm&order=oldest"


@pytest.fixture
def storms(live_server):
    make_article(title="Calm", published_at=datetime(2021, 1, 1, tzinfo=UTC))
    return [make_article(title=f"Storm {n}", published_at=datetime(2021, 1, n, tzinfo=UTC)) for n in (1, 2, 3)]


@pytest.fixture
def desk(page, log_in, make_user):
    log_in(page, make_user("Editors", username="eve"))
    return page


def look(page):
    """Wait until the script of the page is there, and the article was seen."""
    expect(page.locator("html.has-script:not([data-unseen])")).to_have_count(1)


def reads(page, title):
    expect(page.locator("h1")).to_have_text(title)
    look(page)


def test_edit_save_publish_and_next_are_four_keys_and_keep_the_list(desk, storms):
    desk.goto(f"{LIST}&item={storms[0].pk}")
    sees(desk, "Storm 1")

    desk.keyboard.press("e")
    reads(desk, "Storm 1")
    desk.locator("#id_title").fill("A storm, better told")
    desk.keyboard.press("Control+s")
    reads(desk, "A storm, better told")
    desk.keyboard.press("p")
    expect(desk.locator(".messages")).to_contain_text("published")
    look(desk)
    desk.keyboard.press("n")
    reads(desk, "Storm 2")

    assert Article.objects.get(pk=storms[0].pk).state == "published"
    back = desk.get_by_role("link", name="← Queue: reason pending")
    expect(back).to_have_attribute("href", f"/desk/queue/?reason=pending&words=storm&order=oldest&item={storms[1].pk}")
    # Nobody else gets the article meanwhile.
    assert Article.objects.get(pk=storms[1].pk).claimed_by.username == "eve"


def test_keys_lead_through_the_list_and_change_scores_with_the_rest(desk, storms):
    desk.goto(f"/desk/articles/{storms[0].pk}/?list=words%3Dstorm%26order%3Doldest")
    look(desk)

    desk.keyboard.press("j")
    reads(desk, "Storm 2")
    desk.keyboard.press("k")
    reads(desk, "Storm 1")
    desk.keyboard.press("h")
    desk.keyboard.press("Shift+Q")
    expect(desk.locator("[data-state]")).to_have_text("1 section changed")
    desk.keyboard.press("Control+s")
    expect(desk.locator(".messages")).to_contain_text("Saved")

    article = Article.objects.get(pk=storms[0].pk)
    assert (article.heat, article.quality) == (5, 0)
    look(desk)
    desk.keyboard.press("u")
    expect(desk.locator(".messages")).to_contain_text("Undone")


def test_a_key_that_is_held_or_comes_too_soon_decides_once_or_not_at_all(desk, storms):
    desk.goto(f"/desk/articles/{storms[0].pk}/?list=words%3Dstorm%26order%3Doldest")
    look(desk)

    for _ in range(15):
        desk.keyboard.down("p")
        desk.wait_for_timeout(33)
    desk.keyboard.up("p")
    expect(desk.locator(".messages")).to_contain_text("published")

    assert (Event.objects.filter(verb="publish").count(), states()["published"]) == (1, 1)


def test_a_rejection_asks_for_its_reason_and_the_help_lists_the_keys(desk, storms):
    desk.goto(f"/desk/articles/{storms[0].pk}/")
    look(desk)

    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog", name="Keys")).to_be_visible()
    assert broken(desk) == []
    desk.keyboard.press("Escape")
    desk.keyboard.press("r")
    expect(desk.locator("#id_reject-reason")).to_be_focused()


def test_keys_that_are_switched_off_do_nothing(page, log_in, make_user, storms):
    user = make_user("Editors", username="ned")
    DeskPreference.objects.create(user=user, keys=False)
    log_in(page, user)
    page.goto(f"/desk/articles/{storms[0].pk}/?list=words%3Dstorm%26order%3Doldest")
    look(page)

    page.keyboard.press("p")
    page.keyboard.press("j")
    page.keyboard.press("Control+s")

    expect(page.locator(".messages")).to_contain_text("Nothing was changed")
    assert Article.objects.get(pk=storms[0].pk).state == "pending"
