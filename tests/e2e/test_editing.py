"""An editor at the page of one article: with the keyboard, with and without script, and beside a colleague."""

import re

import pytest
from playwright.sync_api import expect

from articles import moderation
from articles.models import Article, Event
from tests.e2e.accessibility import broken
from tests.factories import make_article, make_image, make_topic

pytestmark = pytest.mark.e2e


@pytest.fixture
def editor_at(make_user, log_in):
    """Open a page of the desk as an editor."""

    def open_at(page, path, user=None):
        log_in(page, user or make_user("Editors", username="eve"))
        page.goto(path)
        return page

    return open_at


@pytest.fixture
def article(live_server):
    return make_article(
        title="A story",
        published=True,
        topics=[make_topic("Politics"), make_topic("Science")],
        images=[make_image(title="A fox"), make_image()],
        related=[{"title": "Alpha"}, {"title": "Beta"}, {"title": "Gamma", "origin": "editor"}],
    )


def at(article: Article, part: str = "") -> str:
    return f"/desk/articles/{article.pk}/{part}"


def titles(article) -> list[str]:
    return [link.title for link in article.related.order_by("position")]


def tab_to(page, name: str) -> None:
    """Press Tab until the button has the focus: nothing is reached by a pointer."""
    for _ in range(150):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(document.activeElement.ariaLabel || document.activeElement.innerText || '').replace(/\\s+/g, ' ').trim()"
        )
        if focused.endswith(name):
            return
    raise AssertionError(f"Tab leads to no {name!r}")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_related_links_are_reordered_with_the_keyboard_alone(script, new_page, editor_at, article):
    page = editor_at(new_page(java_script_enabled=script), at(article))
    rows = page.get_by_role("list", name="Related links").locator("> li")

    if script:
        page.get_by_role("checkbox", name="Gamma").focus()
        page.keyboard.press("Alt+ArrowUp")
        expect(rows.nth(1)).to_contain_text("Gamma")
        tab_to(page, "Move up: Gamma")
        page.keyboard.press("Enter")
        # The button that was pressed still has the focus.
        expect(page.get_by_role("button", name="Move up: Gamma")).to_be_focused()
    else:
        page.get_by_role("checkbox", name="Gamma").focus()
        page.keyboard.press("Space")
        page.get_by_role("textbox", name="Place").fill("1")
        page.get_by_role("button", name="Move there").focus()
        page.keyboard.press("Enter")
    expect(rows.first).to_contain_text("Gamma")
    assert titles(article) == ["Alpha", "Beta", "Gamma"]
    if script:
        page.keyboard.press("Control+s")
    else:
        page.get_by_role("button", name="Save", exact=True).focus()
        page.keyboard.press("Enter")

    expect(page.get_by_text("Saved: related links.")).to_be_visible()
    assert titles(article) == ["Gamma", "Alpha", "Beta"]
    assert Event.objects.filter(verb="curate").count() == 1


def test_a_row_goes_to_the_number_that_is_typed_and_says_so(page, editor_at, article):
    editor_at(page, at(article))

    page.get_by_role("checkbox", name="Gamma").check()
    page.get_by_role("textbox", name="Place").fill("1")
    page.keyboard.press("Enter")

    expect(page.locator("#related [data-say]")).to_have_text("Gamma is now 1 of 3.")
    expect(page.locator("[data-state]")).to_have_text("1 section changed")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved: related links.")).to_be_visible()
    assert titles(article) == ["Gamma", "Alpha", "Beta"]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_178_links_are_brought_down_to_the_best_five_by_five_actions(script, new_page, editor_at, live_server):
    article = make_article(related=[{"title": f"Link {n}", "quality": n % 89} for n in range(178)])
    page = editor_at(new_page(java_script_enabled=script), at(article))

    page.get_by_label("Order", exact=True).select_option("Best quality first")
    page.get_by_role("button", name="Sort").click()
    page.get_by_role("textbox", name="Place").fill("5")
    page.get_by_role("button", name="Keep the first").click()
    page.get_by_label("Closed").check()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Saved: related links, ")).to_be_visible()
    shown = article.related.filter(hidden=False).order_by("position")
    assert [link.title for link in shown] == ["Link 88", "Link 177", "Link 87", "Link 176", "Link 86"]
    article.refresh_from_db()
    assert article.related_closed


def test_links_are_ticked_as_a_range_filtered_and_opened_in_place(page, editor_at, live_server):
    article = make_article(related=[{"title": f"Link {n}", "excerpt": "Snów" if n > 5 else ""} for n in range(9)])
    editor_at(page, at(article))
    rows = page.get_by_role("list", name="Related links").locator("> li")

    page.get_by_role("checkbox", name="Link 1").click()
    page.get_by_role("checkbox", name="Link 3").click(modifiers=["Shift"])
    expect(page.locator("[data-ticked]")).to_have_text("3 ticked, 0 hidden, 0 placed")
    expect(page.locator("[data-state]")).to_have_text("")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("h")
    expect(rows.nth(4)).to_have_class(re.compile("is-hidden"))
    page.get_by_label("Filter").fill("snow")
    expect(rows.filter(visible=True)).to_have_count(3)
    page.get_by_role("button", name="Edit Link 7").click()
    expect(page.locator("#related").get_by_label("Title").first).to_have_value("Link 7")
    page.keyboard.type("Link 7, better")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Saved: related links.")).to_be_visible()
    assert [link.title for link in article.related.filter(hidden=True)] == ["Link 4"]
    assert titles(article)[7].startswith("Link 7, better")


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "small screen"])
def test_a_row_is_dragged(touch, new_page, editor_at, article):
    size = {"width": 390, "height": 844} if touch else {"width": 1280, "height": 900}
    page = editor_at(new_page(viewport=size), at(article))
    grips = page.locator("#related [data-grip]")
    grips.first.scroll_into_view_if_needed()
    page.wait_for_load_state("load")
    start, end = grips.nth(2).bounding_box(), grips.first.bounding_box()

    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    for n in range(1, 21):
        page.mouse.move(start["x"] + 5, start["y"] + (end["y"] - 6 - start["y"]) * n / 20)
    page.mouse.up()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Saved: related links.")).to_be_visible()
    assert titles(article) == ["Gamma", "Alpha", "Beta"]


def test_one_of_our_articles_is_found_while_typing_and_added(page, editor_at, article):
    make_article(title="Snow on the mountains", excerpt="Deep.")
    editor_at(page, at(article))

    page.get_by_label("Add one of our articles").fill("mountains")
    page.get_by_role("button", name="Add Snow on the mountains").click()
    expect(page.get_by_role("list", name="Related links").locator("> li")).to_have_count(4)
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Saved: related links.")).to_be_visible()
    link = article.related.get(page__title="Snow on the mountains")
    assert (link.title, link.excerpt, link.target.title) == ("Snow on the mountains", "Deep.", "Snow on the mountains")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_an_edit_is_seen_on_the_public_page(script, new_page, editor_at, article):
    make_topic("Sport")
    page = editor_at(new_page(java_script_enabled=script), at(article))

    page.locator("#text").get_by_label("Title").fill("A better story")
    if script:
        page.get_by_role("button", name="Remove Politics").click()
        page.get_by_label("Topics").fill("Sport")
        page.get_by_label("Topics").press("Enter")
    else:
        page.get_by_label("Topics").fill("Science\nSport")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved: title, topics.")).to_be_visible()
    page.get_by_role("link", name="Public page").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("A better story")
    expect(page.locator(".labels").first).to_contain_text("Sport")
    expect(page.locator(".labels").first).not_to_contain_text("Politics")


def test_who_typed_and_leaves_by_another_form_is_asked(page, editor_at, article):
    editor_at(page, at(article))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.locator("#text").get_by_label("Excerpt").fill("Half a thought")

    page.get_by_role("button", name="Delete…").click()

    expect(page.locator("#text").get_by_label("Excerpt")).to_have_value("Half a thought")
    assert asked == ["Text: what you changed there is not saved, and would be lost. Continue?"]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_title_schedule_link_and_picture_are_saved_by_one_request(script, new_page, editor_at, article):
    page = editor_at(new_page(java_script_enabled=script, viewport={"width": 390, "height": 844}), at(article))
    posts = []
    page.on("request", lambda request: request.method == "POST" and posts.append(request.url))
    if not script:
        # Without script a request shows what was done to the links; it saves nothing.
        page.get_by_role("checkbox", name="Alpha").check()
        page.get_by_role("button", name="Hide", exact=True).click()
        expect(page.locator("#related .is-hidden")).to_have_count(1)
        posts.clear()

    page.locator("#text").get_by_label("Title").fill("A better story")
    page.get_by_label("Not after").fill("2031-01-01T12:00:00")
    if script:
        page.get_by_role("button", name="Hide Alpha from readers").click()
    page.get_by_text("Text, credit, another picture").first.click()
    page.get_by_label("Credit").first.fill("Ann")
    if script:
        expect(page.locator("[data-state]")).to_have_text("4 sections changed")
        expect(page.get_by_role("button", name="Save and publish")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Saved: title, related links, images, not after.")).to_be_visible()
    article.refresh_from_db()
    assert (len(posts), article.title, article.expires_at.year) == (1, "A better story", 2031)
    assert (article.related.first().hidden, article.image_links.first().attribution) == (True, "Ann")


def test_of_two_editors_the_second_sees_both_values_and_chooses(new_page, editor_at, make_user, article):
    page = editor_at(new_page(java_script_enabled=False), at(article))
    anne = make_user("Editors", username="anne")
    moderation.edit(article, by=anne, version=1, title="Anne’s title", excerpt="Anne’s excerpt")

    page.locator("#text").get_by_label("Title").fill("My title")
    page.get_by_role("button", name="Save", exact=True).click()
    table = page.locator(".clashes")
    for text in ("A story", "Anne’s title", "My title", "anne"):
        expect(table).to_contain_text(text)
    expect(page.locator("#text").get_by_label("Excerpt")).to_have_value("Anne’s excerpt")
    page.get_by_role("button", name="Save what is chosen").click()

    expect(page.get_by_text("Saved: title.")).to_be_visible()
    article.refresh_from_db()
    assert (article.title, article.excerpt) == ("My title", "Anne’s excerpt")


def test_an_earlier_value_is_restored_from_the_history(page, editor_at, make_user, article):
    moderation.edit(article, by=make_user("Editors", username="anne"), version=1, title="Anne’s title")
    editor_at(page, at(article, "history/"))

    page.get_by_role("button", name="Restore title as before this").click()

    expect(page.get_by_text("Restored: title.")).to_be_visible()
    article.refresh_from_db()
    assert article.title == "A story"


@pytest.mark.any_database
def test_the_pages_of_an_article_break_no_rule_of_accessibility_and_fit_the_window(page, editor_at, make_user, article):
    anne = make_user("Editors", username="anne")
    moderation.edit(article, by=anne, version=1, title="Anne’s title", excerpt="Another excerpt")
    editor_at(page, at(article))
    found = {}

    def look(name):
        found[name] = broken(page)

    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = !one.matches('.ask'); })")
    look("page")
    page.get_by_text("Withdraw…").click()
    look("reason")
    page.keyboard.press("Escape")
    moderation.edit(article, by=anne, version=2, title="Anne’s second title")
    page.locator("#text").get_by_label("Title").fill("My title")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Someone else changed the same")).to_be_visible()
    look("conflict")
    for part in ("history/", "preview/"):
        page.goto(at(article, part))
        look(part)

    assert found == {name: [] for name in ("page", "reason", "conflict", "history/", "preview/")}
