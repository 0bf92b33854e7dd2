import pytest
from playwright.sync_api import expect

from articles.models import Article, Event

pytestmark = pytest.mark.e2e
TITLE = "Amazon stops police use of facial recognition technology"


def test_a_moderator_publishes_a_seed_article_and_takes_it_back(seeded, page, moderator):
    page.goto("/admin/articles/article/")
    page.get_by_label("Username").fill(moderator.username)
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Log in").click()
    row = page.get_by_role("row").filter(has_text=TITLE)
    expect(row).to_contain_text("pending")

    row.get_by_label("Published").check()
    page.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("published")

    # On the front page another report of its story leads.
    page.goto(Article.objects.get(title=TITLE).get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    address = page.url

    page.goto("/admin/articles/article/")
    row.get_by_label("Published").uncheck()
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Reason").first.select_option(label="Wrong or misleading")
    page.locator("form.decisions").get_by_role("button", name="Save").click()
    expect(row).to_contain_text("withdrawn")

    answer = page.goto(address)
    assert answer.status == 410
    expect(page.get_by_role("main")).to_contain_text("Wrong or misleading")
    page.goto("/")
    expect(page.get_by_text(TITLE)).to_have_count(0)
    article = Article.objects.get(title=TITLE)
    assert [(e.verb, e.by) for e in Event.objects.filter(article=article, by__isnull=False).order_by("pk")] == [
        ("publish", moderator),
        ("withdraw", moderator),
    ]


def test_of_two_moderators_with_one_page_open_the_second_is_told(seeded, new_page, log_in, make_user):
    article = Article.objects.get(title=TITLE)
    first, second = new_page(), new_page()
    for page, name in ((first, "anne"), (second, "bert")):
        log_in(page, make_user("Moderators", username=name))
        page.goto(f"/admin/articles/article/{article.pk}/change/")

    first.get_by_role("button", name="Save and publish").click()
    expect(first.get_by_text("was changed successfully")).to_be_visible()
    second.get_by_label("Heat").first.fill("77")
    second.get_by_role("button", name="Save", exact=True).click()

    expect(second.get_by_text("anne").first).to_be_visible()
    expect(second.locator("[name=heat]").first).to_have_value("77")
    article.refresh_from_db()
    assert (article.state, article.heat, article.reviewed_by.username) == ("published", -1, "anne")


def test_everything_is_read_without_javascript(seeded, new_page):
    page = new_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    article = Article.objects.visible().first()

    page.goto("/")
    page.get_by_role("link", name=article.title).first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(article.title)
    expect(page.locator(f"a[href='{article.url}']").first).to_be_visible()
    # Measured before the style sheet has come, a page is as wide as its pictures.
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
