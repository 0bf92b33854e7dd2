"""Public pages as staff see them: with a bar that leads to the desk, and otherwise as readers do."""

import pytest
from playwright.sync_api import expect

from tests.e2e.accessibility import EVERY_LOOK, broken
from tests.e2e.test_public_reading import WATCH_SHIFTS
from tests.factories import make_article

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.mark.any_database
def test_a_moderator_goes_from_a_public_page_to_its_withdrawal(page, log_in, moderator):
    article = make_article(published=True, slug="seen")
    log_in(page, moderator)
    page.goto("/desk/")
    page.add_init_script(WATCH_SHIFTS)
    page.goto("/articles/seen/")
    bar = page.get_by_role("complementary", name="For staff")

    expect(bar).to_contain_text("Live, not reviewed")
    assert (page.evaluate("window.shifts"), broken(page, looks=EVERY_LOOK)) == (0, [])
    bar.get_by_role("link", name="Withdraw…").click()

    page.wait_for_url(f"**/desk/articles/{article.pk}/#id_withdraw-reason")
    expect(page.locator("#id_withdraw-reason")).to_be_in_viewport()


def test_logged_out_the_page_is_that_of_readers_who_ask_the_desk_for_nothing(page, log_in, moderator):
    make_article(published=True, slug="seen")
    asked = []
    page.on("request", lambda request: "/desk/here/" in request.url and asked.append(request.url))
    log_in(page, moderator)
    page.goto("/desk/")
    page.goto("/latest/")
    bar = page.get_by_role("complementary", name="For staff")

    bar.get_by_role("button", name="Log out").click()
    page.get_by_role("heading", name="Log in").wait_for()
    page.goto("/articles/seen/", wait_until="networkidle")

    expect(bar).to_have_count(0)
    assert len(asked) == 1
