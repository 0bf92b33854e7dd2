"""Conflicts with the source are settled in the queue: by keys, by buttons, without JavaScript, beside a colleague."""

import re

import pytest
from playwright.sync_api import expect

from articles import moderation
from articles.models import Article
from tests.desk.disputed import make_disputed
from tests.e2e.accessibility import broken
from tests.e2e.queue_page import look, opened
from tests.factories import make_article, make_topic

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

CONFLICTS = "/desk/queue/?reason=conflict"


@pytest.fixture
def disputed(live_server, tmp_path, editor) -> list[Article]:
    """Three published articles, of each of which title, heat and topics are disputed."""
    return make_disputed(
        tmp_path,
        editor,
        3,
        ours={"title": "Ours", "heat": 40, "topics": [make_topic("Ours")]},
        theirs={"title": "Theirs", "heat": "55", "topics": "[Theirs]"},
    )


def facts(article) -> tuple:
    article.refresh_from_db()
    return article.title, article.heat, [topic.name for topic in article.ordered_topics], article.conflicts


def open_first(page, log_in, person) -> Article:
    log_in(page, person)
    page.goto(CONFLICTS)
    page.keyboard.press("j")
    expect(opened(page)).to_have_text("Ours")
    look(page)
    return Article.objects.get(pk=page.locator("#item").get_attribute("data-pk"))


def button(page, verb: str, field: str):
    return page.get_by_role("button", name=re.compile(f"{verb} ?: {field}"))


def conflicts(page):
    return page.locator("#item [data-digit]")


def is_open(page, article):
    return expect(page.locator("#item")).to_have_attribute("data-pk", str(article.pk))


def test_a_digit_chooses_the_field_that_the_next_key_settles(disputed, page, log_in, editor):
    article, press = open_first(page, log_in, editor), page.keyboard.press

    press("2")
    expect(button(page, "Keep ours", "heat")).to_be_focused()
    press("t")
    expect(conflicts(page)).to_have_count(2)
    look(page)
    assert facts(article) == ("Ours", 55, ["Ours"], ["title", "topics"])
    press("1")
    press("y")
    expect(conflicts(page)).to_have_count(1)
    look(page)
    assert facts(article) == ("Ours", 55, ["Ours"], ["topics"])
    # Of a single one the keys need no digit. With it the article leaves the queue, and the next one comes.
    press("t")
    expect(page.locator("#item")).not_to_have_attribute("data-pk", str(article.pk))
    expect(page.locator(f"#row-{article.pk}.decided")).to_contain_text("settled")
    assert facts(article) == ("Ours", 55, ["Theirs"], [])


def test_one_key_settles_all_of_an_article_and_one_takes_it_back(disputed, page, log_in, editor):
    first, press = open_first(page, log_in, editor), page.keyboard.press

    press("t")
    expect(page.locator("#toasts")).to_contain_text("“Theirs” set to what its source says.")
    expect(page.locator("#item")).not_to_have_attribute("data-pk", str(first.pk))
    expect(page.locator("#tabs [aria-current]")).to_contain_text("2")
    second = Article.objects.get(pk=page.locator("#item").get_attribute("data-pk"))
    look(page)
    press("y")
    expect(page.locator("#toasts")).to_contain_text("“Ours” kept as it is.")
    expect(page.locator("#tabs [aria-current]")).to_contain_text("1")
    settled = [facts(first), facts(second)]
    look(page)
    press("u")
    is_open(page, second)
    look(page)
    press("u")
    is_open(page, first)

    assert settled == [("Theirs", 55, ["Theirs"], []), ("Ours", 40, ["Ours"], [])]
    disagreeing = ("Ours", 40, ["Ours"], ["title", "heat", "topics"])
    assert sorted([facts(first)[:3], facts(second)[:3]]) == [disagreeing[:3]] * 2
    assert [sorted(article.conflicts) for article in (first, second)] == [["heat", "title", "topics"]] * 2


def test_fast_keys_settle_each_the_field_that_was_on_screen(disputed, page, log_in, editor):
    article = open_first(page, log_in, editor)
    held = []
    page.route("**/take/", lambda route: route.continue_() if held else held.append(route))

    # The answer to the first gives the others other digits.
    for key in ("1", "t", "3", "t"):
        page.keyboard.press(key)
    expect(page.locator(".triage")).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    expect(conflicts(page)).to_have_count(1)

    assert facts(article) == ("Theirs", 40, ["Theirs"], ["heat"])


def test_with_rows_selected_the_key_is_about_them(disputed, page, log_in, editor):
    open_first(page, log_in, editor)

    page.keyboard.press("x")
    page.keyboard.press("t")

    expect(page.get_by_role("heading", level=1)).to_have_text("Take the source’s values of 1 article?")


def test_a_digit_in_the_dialog_is_a_reason_and_chooses_no_conflict(disputed, page, log_in, editor):
    article = open_first(page, log_in, editor)

    page.keyboard.press("w")
    expect(page.get_by_role("heading", name="Withdraw")).to_be_visible()
    page.keyboard.press("2")

    expect(page.locator("#why input[type=radio]").nth(1)).to_be_checked()
    expect(page.locator("#item [data-conflict]:focus-within")).to_have_count(0)
    assert facts(article)[3] != []


def test_a_key_that_is_held_settles_one_article(disputed, page, log_in, editor):
    open_first(page, log_in, editor)

    page.keyboard.down("y")
    expect(page.locator("#toasts")).to_contain_text("kept as it is")
    look(page)
    for _ in range(3):
        page.keyboard.down("y")
    page.keyboard.up("y")
    page.keyboard.press("j")
    look(page)

    assert Article.objects.exclude(conflicts=[]).count() == 2


def test_what_is_typed_beside_is_not_lost_by_a_key(disputed, page, log_in, editor):
    article = open_first(page, log_in, editor)

    page.locator("#notes").fill("Half a thought")
    page.locator("#item").focus()
    page.keyboard.press("y")

    expect(page.locator("#toasts")).to_contain_text("“Notes” is typed, but not kept.")
    expect(page.locator("#notes")).to_have_value("Half a thought")
    assert facts(article)[3] != []


def test_conflicts_are_settled_without_javascript(disputed, new_page, log_in, editor):
    page = new_page(java_script_enabled=False)
    log_in(page, editor)
    page.goto(f"{CONFLICTS}&item={disputed[0].pk}")

    button(page, "Take the source’s", "heat").click()
    expect(page.get_by_text("“Ours” set to what its source says.")).to_be_visible()
    one = facts(disputed[0])
    page.get_by_role("button", name="Keep all ours").click()
    all_of_it = facts(disputed[0])
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    is_open(page, disputed[0])

    assert (one[:3], sorted(one[3])) == (("Ours", 55, ["Ours"]), ["title", "topics"])
    assert all_of_it == ("Ours", 55, ["Ours"], [])
    assert sorted(facts(disputed[0])[3]) == ["title", "topics"]


def test_of_two_colleagues_at_once_the_second_sees_both_values(disputed, page, log_in, editor, make_user):
    article = open_first(page, log_in, editor)
    anne = make_user("Editors", username="anne")
    moderation.release(article, by=editor)
    moderation.edit(article, by=anne, version=article.version, title="Anne’s")

    page.keyboard.press("t")

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("anne")
    line = alert.get_by_role("row", name=re.compile("^title"))
    expect(line).to_contain_text("Ours")
    expect(line).to_contain_text("Anne’s")
    expect(line).to_contain_text("take the source’s")
    assert facts(article)[:2] == ("Anne’s", 40)


def test_moderators_have_neither_the_keys_nor_their_help(disputed, page, log_in, moderator):
    open_first(page, log_in, moderator)

    for key in ("t", "1", "y"):
        page.keyboard.press(key)
    page.keyboard.press("?")

    expect(page.locator("#help")).to_be_visible()
    expect(page.locator("#help")).not_to_contain_text("conflict")
    expect(page.get_by_text("An editor settles this")).to_be_visible()
    assert Article.objects.exclude(conflicts=[]).count() == 3


def test_fifty_conflicts_of_scores_are_settled_in_five_actions_and_taken_back_by_one(
    live_server, tmp_path, page, log_in, editor
):
    make_disputed(tmp_path, editor, 50, ours={"heat": 40, "quality": 60}, theirs={"heat": "55", "quality": "70"})
    make_article(title="Another one")
    log_in(page, editor)
    scores = Article.objects.filter(path__startswith="disputed/").values_list("heat", "quality", "queue")

    page.goto(CONFLICTS)
    page.get_by_label("All that match").check()
    page.get_by_label("With the selected").select_option("take")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Take the source’s values of 50 articles?")
    expect(page.locator(".bulk-changes").first).to_contain_text("40")
    expect(page.locator(".bulk-changes").first).to_contain_text("55")
    previewed = set(scores.all())
    page.get_by_role("button", name="Take the source’s values of 50 articles").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit: 50 articles")
    taken = set(scores.all())
    page.get_by_role("button", name="Undo the whole batch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Undo: 50 articles")

    assert (previewed, taken, set(scores.all())) == ({(40, 60, "conflict")}, {(55, 70, "")}, {(40, 60, "conflict")})


@pytest.mark.any_database
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_break_no_rule_of_accessibility(disputed, new_page, log_in, editor, width):
    page = new_page(viewport={"width": width, "height": 900})
    log_in(page, editor)
    found = {}

    page.goto(f"{CONFLICTS}&item={disputed[0].pk}")
    found["item"] = broken(page)
    page.keyboard.press("1")
    found["chosen"] = broken(page)
    for action in ("keep", "take"):
        page.goto(CONFLICTS)
        page.get_by_label("All that match").check()
        page.get_by_label("With the selected").select_option(action)
        page.get_by_role("button", name="Continue").click()
        expect(page.locator(".bulk-changes")).to_have_count(3)
        found[action] = broken(page, "best-practice")

    assert found == {name: [] for name in found}
