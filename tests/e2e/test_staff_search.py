"""The search of the staff, by key and while one types."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_article

pytestmark = pytest.mark.e2e


def test_a_key_leads_to_the_box_and_enter_opens_the_first(page, log_in, moderator):
    article = make_article(title="Harbour bridge closes for repairs")
    log_in(page, moderator)
    page.goto("/desk/queue/")

    page.keyboard.press("/")
    page.keyboard.type("bridge harbor")
    expect(page.locator(".results-below li > a")).to_have_text("Harbour bridge closes for repairs")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/desk/articles/{article.pk}/")
