"""The desk's first page, the login and one's own password, by people: the screen, the keyboard, a program's eyes."""

import pytest
from playwright.sync_api import expect

from articles import moderation
from articles.models import Article
from tests.e2e.accessibility import broken

pytestmark = pytest.mark.e2e


@pytest.fixture
def decided(seeded, make_user):
    boss = make_user("superuser", username="boss")
    for article in Article.objects.all()[:3]:
        moderation.publish(article, by=boss, version=article.version)


@pytest.mark.any_database
def test_the_first_pages_of_the_desk_break_no_rule_and_fit_the_window(decided, page, log_in, make_user):
    found = {}

    def look(path):
        page.goto(path)
        # The tables behind the charts are part of the page.
        page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
        found[path] = broken(page)

    look("/desk/login/")
    log_in(page, make_user("Editors"))
    for path in ("/desk/", "/desk/password/"):
        look(path)

    assert found == {path: [] for path in ("/desk/login/", "/desk/", "/desk/password/")}


def test_an_editor_logs_in_reads_the_numbers_and_logs_out_by_the_keyboard(decided, page, editor):
    page.goto("/desk/")
    expect(page.get_by_label("Username")).to_be_focused()
    page.wait_for_load_state()
    page.keyboard.type("editors")
    page.keyboard.press("Tab")
    page.keyboard.type("password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()

    page.get_by_text("The numbers of “Decisions per day”").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table").first.get_by_role("row").nth(1).get_by_role("cell").first).to_have_text("3")

    page.get_by_role("button", name="Log out").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are logged out.")).to_be_visible()
    expect(page.get_by_label("Username")).to_be_focused()


@pytest.mark.any_database
def test_a_chart_is_named_and_described_for_those_who_do_not_see_it(decided, page, log_in, editor):
    log_in(page, editor)
    page.goto("/desk/")

    chart = page.get_by_role("img", name="Decisions per day")

    expect(chart).to_have_accessible_name("Decisions per day")
    expect(chart).to_have_accessible_description("The last 30 days: 3 published. The numbers are in the table below.")
