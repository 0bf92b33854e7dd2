"""Triage as an editor does it all day: by keys alone, without JavaScript, beside a colleague."""

import re

import pytest
from playwright.sync_api import expect

from articles import moderation
from articles.models import Event
from tests.e2e.queue_page import look, sees, states
from tests.factories import make_article

pytestmark = pytest.mark.e2e


def test_a_queue_is_cleared_by_keys_alone(twenty, page, log_in, moderator):
    log_in(page, moderator)
    page.goto("/desk/queue/")
    press = page.keyboard.press

    press("j")
    sees(page, "Article 00")
    press("p")
    sees(page, "Article 01")
    expect(page.locator("#toasts")).to_contain_text("“Article 00” published.")
    press("w")
    expect(page.get_by_role("heading", name="Withdraw")).to_be_visible()
    press("4")
    press("Enter")
    sees(page, "Article 02")
    press("r")
    expect(page.get_by_role("heading", name="Reject")).to_be_visible()
    press("1")
    press("Tab")
    page.keyboard.type("p, w and r are letters here")
    press("Shift+Tab")
    press("Enter")
    sees(page, "Article 03")
    for number in range(3, 10):
        press("p")
        sees(page, f"Article {number + 1:02}")
    assert states() == {"published": 8, "withdrawn": 1, "rejected": 1, "pending": 5, "live": 5}

    press("u")
    sees(page, "Article 09")
    expect(page.locator("#toasts")).to_contain_text("Undone")
    press("u")
    sees(page, "Article 08")
    assert states() == {"published": 6, "withdrawn": 1, "rejected": 1, "pending": 6, "live": 6}

    # The pending ones of the rest: from the first to the last of their tab.
    page.goto("/desk/queue/?reason=pending")
    press("j")
    sees(page, "Article 08")
    press("x")
    for number in (10, 12, 14, 16, 18):
        press("j")
        sees(page, f"Article {number}")
    press("Shift+X")
    expect(page.get_by_text("6 selected")).to_be_visible()
    page.locator("#bulk-action").focus()
    page.keyboard.type("Reject")
    press("Tab")
    press("Enter")
    page.wait_for_url("**/desk/bulk/")
    page.get_by_label("Reason").focus()
    page.keyboard.type("Off")
    page.get_by_role("button", name="Reject 6 articles").focus()
    press("Enter")
    page.wait_for_url(re.compile("/desk/bulk/.+"))
    assert states() == {"published": 6, "withdrawn": 1, "rejected": 7, "live": 6}

    notes = set(Event.objects.filter(verb="reject").values_list("note", flat=True))
    assert "p, w and r are letters here" in notes


def test_what_its_source_has_taken_back_is_withdrawn_by_one_key(page, log_in, moderator, live_server):
    taken_back = make_article(title="Taken back", published=True, reviewed_by=moderator, conflicts=["removed"])
    make_article(title="Another one", published=True, conflicts=["title"])
    log_in(page, moderator)
    page.goto(f"/desk/queue/?item={taken_back.pk}")
    look(page)

    page.keyboard.press("w")
    chosen = page.get_by_label("Taken back by the source")
    expect(chosen).to_be_checked()
    expect(chosen).to_be_focused()
    page.keyboard.press("Enter")

    sees(page, "Another one")
    page.keyboard.press("w")
    expect(page.get_by_role("heading", name="Withdraw")).to_be_visible()
    expect(chosen).not_to_be_checked()
    assert Event.objects.get(verb="withdraw").reason.slug == "taken-back"


def test_the_scores_follow_fast_keys(twenty, page, log_in, moderator):
    log_in(page, moderator)
    page.goto(f"/desk/queue/?item={twenty[0].pk}")
    look(page)

    for key in ("h", "h", "Shift+H", "h", "q", "Shift+Q", "q", "q"):
        page.keyboard.press(key)

    expect(page.locator(".value").nth(0)).to_have_text("209")
    expect(page.locator(".value").nth(1)).to_have_text("10")
    twenty[0].refresh_from_db()
    assert (twenty[0].heat, twenty[0].quality, twenty[0].version) == (209, 10, 9)


# As a browser of 2022 has it: no such property, no such method, and a selector that cannot be read.
NO_POPOVERS = """
  for (const name of ["popover", "showPopover", "hidePopover", "togglePopover"]) delete HTMLElement.prototype[name];
  delete HTMLButtonElement.prototype.popoverTargetElement;
  for (const [of, name] of [[Document, "querySelector"], [Element, "querySelector"], [Element, "matches"]]) {
    const known = of.prototype[name];
    of.prototype[name] = function (selector) {
      if (selector.includes("popover-open")) throw new SyntaxError(selector);
      return known.call(this, selector);
    };
  }
"""


def test_a_queue_is_worked_on_in_a_browser_without_popovers(twenty, page, log_in, moderator):
    page.add_init_script(NO_POPOVERS)
    log_in(page, moderator)
    page.goto("/desk/queue/")
    press, why, keys = page.keyboard.press, page.locator("#why"), page.locator("#help")

    press("j")
    sees(page, "Article 00")
    expect(why).to_be_hidden()
    press("?")
    expect(keys).to_be_visible()
    press("p")
    press("?")
    expect(keys).to_be_hidden()
    page.locator(".help-button").click()
    expect(keys).to_be_visible()
    press("Escape")
    expect(keys).to_be_hidden()
    press("r")
    expect(why).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(why).to_be_hidden()
    press("r")
    expect(why).to_be_visible()
    press("1")
    press("Enter")
    sees(page, "Article 01")
    expect(why).to_be_hidden()
    press("p")
    sees(page, "Article 02")
    assert states() == {"published": 1, "rejected": 1, "pending": 9, "live": 9}


def test_a_queue_is_worked_on_without_javascript(twenty, new_page, log_in, moderator):
    page = new_page(java_script_enabled=False)
    log_in(page, moderator)
    page.goto("/desk/queue/")

    page.get_by_role("link", name="Article 00").click()
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_text("Yours until")).to_be_visible()
    page.get_by_role("button", name="Heat up to 204").click()
    expect(page.locator(".value").first).to_have_text("204")
    page.get_by_role("button", name="Publish p").click()
    sees(page, "Article 01")
    page.get_by_role("button", name="Withdraw w").click()
    page.get_by_label("Wrong or misleading").check()
    page.get_by_role("dialog").get_by_label("In your own words").fill("It is not so.")
    page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    sees(page, "Article 02")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    sees(page, "Article 01")
    page.get_by_role("button", name="Next").click()
    sees(page, "Article 02")
    assert states() == {"published": 1, "pending": 9, "live": 10}

    page.goto("/desk/queue/?reason=live")
    page.get_by_label("All that match").check()
    page.get_by_label("With the selected").select_option("withdraw")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Reason").select_option(label="Off topic")
    page.get_by_role("button", name="Withdraw 10 articles").click()
    assert states() == {"published": 1, "pending": 9, "withdrawn": 10}


def test_two_people_are_not_given_one_article(twenty, new_page, log_in, make_user):
    anne, bert = new_page(), new_page()
    for page, name in ((anne, "anne"), (bert, "bert")):
        log_in(page, make_user("Moderators", username=name))
        page.goto("/desk/queue/")

    anne.keyboard.press("n")
    sees(anne, "Article 00")
    bert.keyboard.press("n")
    sees(bert, "Article 01")
    bert.keyboard.press("k")

    sees(bert, "Article 00")
    expect(bert.get_by_text("anne has it until")).to_be_visible()
    expect(bert.get_by_role("button", name="Publish p")).to_be_disabled()


def test_whoever_decides_too_late_sees_what_happened_and_goes_on(twenty, page, log_in, moderator, make_user):
    log_in(page, moderator)
    article = twenty[0]
    page.goto(f"/desk/queue/?item={article.pk}")
    look(page)
    moderation.score(article, by=make_user("Moderators", username="anne"), version=1, heat=3)

    page.keyboard.press("r")
    page.keyboard.press("2")
    page.get_by_role("dialog").get_by_label("In your own words").fill("Told on Monday")
    page.get_by_role("dialog").get_by_role("button", name="Reject").click()

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("anne")
    expect(alert.get_by_role("row").last).to_contain_text("199")
    expect(alert.get_by_label("In your own words")).to_have_value("Told on Monday")
    expect(alert.get_by_label("Told already elsewhere")).to_be_checked()
    look(page)
    alert.get_by_role("button", name="Reject all the same").click()
    sees(page, "Article 01")
    article.refresh_from_db()
    assert (article.state, article.heat) == ("rejected", 3)


def test_keys_are_silent_in_fields_with_modifiers_and_for_whoever_wants_none(twenty, page, log_in, moderator):
    log_in(page, moderator)
    page.goto(f"/desk/queue/?item={twenty[0].pk}")
    look(page)

    page.locator("#notes").focus()
    page.keyboard.type("pout")
    page.locator("#bulk-action").focus()
    page.keyboard.press("o")
    page.locator("#item").focus()
    for modifier in ("ctrlKey", "altKey", "metaKey"):
        page.evaluate(
            """modifier => document.querySelector("#item").dispatchEvent(
                new KeyboardEvent("keydown", { key: "p", bubbles: true, [modifier]: true }))""",
            modifier,
        )
    page.keyboard.press("?")
    page.get_by_role("button", name="Switch them off").click()
    page.keyboard.press("p")
    page.keyboard.press("j")
    page.wait_for_timeout(300)

    expect(page.locator("#notes")).to_be_visible()
    assert states() == {"pending": 10, "live": 10}
