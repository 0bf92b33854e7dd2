"""The page of the queue fits: on a wide screen, on a telephone, and for whoever needs it accessible."""

import pytest
from playwright.sync_api import expect

from tests.e2e.accessibility import EVERY_LOOK, broken
from tests.e2e.queue_page import look, sees

pytestmark = pytest.mark.e2e


@pytest.mark.any_database
def test_the_queue_breaks_no_rule_of_accessibility_and_fits(twenty, page, log_in, moderator):
    log_in(page, moderator)
    found = {}

    def check(name):
        found[name] = broken(page, looks=EVERY_LOOK)

    page.goto("/desk/queue/")
    check("list")
    page.locator(".drawer summary").first.click()
    check("filters")
    page.goto("/desk/queue/?type=nonsense")
    check("a wrong filter")
    page.goto(f"/desk/queue/?item={twenty[0].pk}")
    check("article")
    look(page)
    page.keyboard.press("r")
    check("reason")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    sees(page, "Article 01")
    check("toast")
    page.keyboard.press("?")
    check("help")
    page.goto("/desk/preferences/")
    check("preferences")

    assert found == {name: [] for name in found}


SIZES = [(1024, 768), (1280, 720), (1280, 800), (1366, 768), (1440, 900), (1600, 900), (1920, 1080), (2560, 1440)]


@pytest.mark.any_database
def test_every_button_and_the_counter_are_within_the_window_at_every_size(twenty, page, log_in, moderator):
    log_in(page, moderator)
    page.goto(f"/desk/queue/?item={twenty[0].pk}")
    for box in page.locator(".row input").all():
        box.check()

    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        expect(page.get_by_text("20 selected")).to_be_in_viewport(ratio=1)
        for button in page.locator("#bulk button, #bulk select, #bulk label:not(.unseen), #bar button").all():
            expect(button).to_be_in_viewport(ratio=1)


@pytest.mark.any_database
@pytest.mark.parametrize("role", ["Importers", "Moderators", "Editors", "superuser"])
def test_on_a_telephone_the_pages_of_the_desk_stand_in_one_line(new_page, log_in, make_user, role):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    log_in(page, make_user(role))
    page.goto("/desk/")

    tops = page.evaluate("[...document.querySelectorAll('.bar nav a')].map((one) => one.getBoundingClientRect().top)")

    assert len(set(tops)) == 1
    assert page.evaluate("document.scrollingElement.scrollWidth") == 390


@pytest.mark.any_database
def test_on_a_telephone_the_article_takes_the_list_s_place(twenty, new_page, log_in, moderator):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    log_in(page, moderator)
    page.goto("/desk/queue/")
    expect(page.locator("#bar")).to_be_hidden()

    page.get_by_role("link", name="Article 00").tap()
    sees(page, "Article 00")
    expect(page.locator("#list")).to_be_hidden()
    boxes = page.evaluate(
        "[...document.querySelectorAll('#bar button')].map((one) => one.getBoundingClientRect().toJSON())"
    )
    assert [(box["height"] >= 44, box["left"] >= 0, box["right"] <= 390) for box in boxes] == [(True, True, True)] * 6
    page.get_by_role("button", name="Publish").tap()
    sees(page, "Article 01")
    page.get_by_role("link", name="The list").tap()

    expect(page.get_by_role("link", name="Article 01")).to_be_visible()
