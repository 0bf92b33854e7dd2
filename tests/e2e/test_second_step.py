"""The second factor in a browser: at the login, and in place on a page that stayed open."""

import pytest
from playwright.sync_api import expect

from newsroom.people.models import StaffSession
from tests.e2e.accessibility import broken
from tests.people.codes import code, set_up

pytestmark = pytest.mark.e2e


def test_a_step_on_an_open_page_asks_for_the_code_in_place(twenty, page, log_in, moderator):
    log_in(page, moderator)
    device = set_up(moderator)
    page.goto(f"/desk/queue/?item={twenty[0].pk}")
    page.locator("#notes").fill("Ask Anne")
    StaffSession.objects.all().delete()

    page.get_by_role("button", name="Save the notes").click()
    dialog = page.get_by_role("dialog", name="You are logged out")
    dialog.get_by_label("Password").fill("password")
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Now the code of your app.")
    dialog.get_by_label("Code").fill(code(device))
    dialog.get_by_role("button", name="Log in").click()

    expect(page.locator("#toasts")).to_contain_text("Article 00")
    twenty[0].refresh_from_db()
    assert twenty[0].notes == "Ask Anne"


def test_the_pages_of_accounts_break_no_rule_of_accessibility(live_server, page, log_in, make_user, settings):
    settings.MAIL = True
    boss = make_user("superuser", username="boss")
    found = {}
    for path in ("/desk/login/", "/desk/password/reset/", "/desk/password/reset/sent/"):
        page.goto(path)
        found[path] = broken(page)
    log_in(page, boss)
    log_in(page, boss)
    for path in ("/desk/account/", "/desk/account/factor/", "/desk/password/again/", "/desk/accounts/"):
        page.goto(path)
        found[path] = broken(page)

    assert found == {path: [] for path in found}
