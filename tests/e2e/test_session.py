"""The session has ended, or another one has begun: not a word is lost, with and without script."""

import pytest
from playwright.sync_api import expect

from newsroom.people.models import StaffSession
from tests.e2e.queue_page import look, sees, states
from tests.factories import make_article

pytestmark = pytest.mark.e2e


def fill_in(page, password):
    dialog = page.get_by_role("dialog", name="You are logged out")
    dialog.get_by_label("Password").fill(password)
    dialog.get_by_role("button", name="Log in").click()
    return dialog


def test_in_the_queue_one_logs_in_in_place_and_the_step_is_done(twenty, page, log_in, moderator):
    log_in(page, moderator)
    page.goto(f"/desk/queue/?item={twenty[0].pk}")
    page.locator("#notes").fill("Ask Anne")
    StaffSession.objects.all().delete()

    page.get_by_role("button", name="Save the notes").click()
    dialog = fill_in(page, "wrong")
    expect(dialog.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.locator("#notes")).to_have_value("Ask Anne")
    fill_in(page, "password")

    expect(page.locator("#toasts")).to_contain_text("Article 00")
    twenty[0].refresh_from_db()
    assert twenty[0].notes == "Ask Anne"
    # The forms of the page have the token of the new session.
    look(page)
    page.keyboard.press("p")
    sees(page, "Article 01")
    assert states()["published"] == 1


def test_whoever_does_not_log_in_again_keeps_what_is_on_the_page(twenty, page, log_in, moderator):
    log_in(page, moderator)
    page.goto(f"/desk/queue/?item={twenty[0].pk}")
    page.locator("#notes").fill("Ask Anne")
    StaffSession.objects.all().delete()

    page.get_by_role("button", name="Save the notes").click()
    page.get_by_role("dialog").get_by_role("button", name="Not now").click()

    expect(page.locator("#toasts")).to_contain_text("you are logged out")
    expect(page.locator("#notes")).to_have_value("Ask Anne")


def test_a_step_with_the_token_of_an_earlier_login_is_done(twenty, page, log_in, moderator):
    log_in(page, moderator)
    page.goto(f"/desk/queue/?item={twenty[0].pk}")
    look(page)
    page.context.clear_cookies(name="csrftoken")

    page.keyboard.press("p")

    sees(page, "Article 01")
    assert states()["published"] == 1


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("ends", ["logged out", "in anew"])
def test_a_note_in_the_admin_or_at_the_desk_survives_the_end_of_the_session(
    twenty, new_page, log_in, editor, script, ends
):
    page = new_page(java_script_enabled=script)
    log_in(page, editor)
    page.goto(f"/admin/articles/article/{twenty[0].pk}/change/")
    page.locator("#id_excerpt").fill("Typed for an hour,\nin two lines")
    other = page.context.new_page()
    other.goto("/desk/")
    other.get_by_role("button", name="Log out").click()
    if ends == "in anew":
        other.goto("/desk/login/")
        other.get_by_label("Username").fill("editors")
        other.get_by_label("Password").fill("password")
        other.get_by_role("button", name="Log in").click()

    page.locator("[name=_save]").first.click()
    if ends == "logged out":
        page.get_by_label("Username").fill("editors")
        page.get_by_label("Password").fill("password")
        page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Typed for an hour,")).to_be_visible()
    page.get_by_role("button", name="Send it now").click()

    expect(page.get_by_text("Typed for an hour")).to_have_count(0)
    twenty[0].refresh_from_db()
    assert twenty[0].excerpt == "Typed for an hour,\nin two lines"


def test_whoever_was_logged_out_is_told_so_where_they_search(page, log_in, make_user, live_server):
    article = make_article(title="A power grid story")
    log_in(page, make_user("Editors"))
    page.goto(f"/desk/articles/{article.pk}/")
    page.context.clear_cookies()

    page.locator("#search_ours").fill("story")

    expect(page.locator("[data-found]")).to_have_text("You are logged out. Log in in another window, and search again.")
