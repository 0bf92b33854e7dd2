"""A form of the admin that was filled in while a colleague was faster, on a phone."""

import pytest
from playwright.sync_api import expect

from articles import moderation
from tests.factories import make_article

pytestmark = pytest.mark.e2e


def test_a_conflict_in_the_admin_is_settled_on_a_phone_without_scrolling_sideways(
    new_page, log_in, live_server, make_user
):
    article, page = make_article(title="A power grid story"), new_page(viewport={"width": 390, "height": 844})
    log_in(page, make_user("Editors", username="eve"))
    address = f"/admin/articles/article/{article.pk}/change/"
    page.goto(address)
    moderation.edit(article, by=make_user("Editors"), version=1, title="Theirs, with as many words as a headline has")
    page.locator("#id_title").fill("Mine")
    page.locator("#id_excerpt").fill("Mine too")

    page.locator("[name=_save]").first.click()
    theirs = page.get_by_label("what is there now")
    expect(theirs).to_be_visible()
    beyond = page.locator(".conflict .scroll").evaluate("box => box.scrollWidth - box.clientWidth")
    theirs.check()
    page.locator("[name=_save]").first.click()
    page.wait_for_url("**/admin/articles/article/")

    article.refresh_from_db()
    assert (beyond, article.title[:6], article.excerpt) == (0, "Theirs", "Mine too")
