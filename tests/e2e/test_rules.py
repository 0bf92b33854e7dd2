"""Rules, tokens, and topics that a title names, in the browser."""

import pytest
from playwright.sync_api import expect

from articles.models import Article, DocumentFeed, PushToken, Rule
from articles.rules.keep import create_rule
from tests.e2e.accessibility import broken
from tests.e2e.queue_page import sees
from tests.factories import make_article, make_topic

pytestmark = pytest.mark.e2e


@pytest.fixture
def rule(seeded, editor):
    return create_rule(
        Rule(name="Good ones", mode="on", conditions={"quality_min": 1}, action={"do": "publish"}), by=editor
    )


@pytest.mark.any_database
def test_the_pages_of_rules_break_no_rule_of_accessibility(rule, page, log_in, editor):
    log_in(page, editor)
    paths = ["/desk/rules/", "/desk/rules/new/", f"/desk/rules/{rule.pk}/", "/desk/queue/?state=ruled"]

    found = {}
    for path in paths:
        page.goto(path)
        found[path] = broken(page)

    assert found == {path: [] for path in paths}


@pytest.mark.any_database
def test_a_rule_is_tried_saved_and_carried_out_on_what_waits(seeded, page, log_in, editor):
    log_in(page, editor)
    page.goto("/desk/rules/new/")
    page.get_by_label("Name").fill("Everything")
    page.get_by_label("Quality from").fill("0")
    page.get_by_role("button", name="Try it on all articles").click()

    expect(page.get_by_role("heading", name="It matches")).to_be_visible()
    assert broken(page) == []
    assert not Rule.objects.exists()
    page.get_by_role("button", name="Save").click()
    rule = Rule.objects.get()
    assert (rule.name, rule.mode, rule.conditions) == ("Everything", "off", {"quality_min": 0})


def test_one_key_adds_the_topics_that_a_title_names(live_server, page, log_in, editor):
    topic = make_topic("Storms", keywords=["storm"])
    article = make_article(title="A storm comes")
    log_in(page, editor)
    page.goto(f"/desk/queue/?item={article.pk}")
    sees(page, "A storm comes")

    page.keyboard.press("a")

    expect(page.get_by_role("status").first).to_contain_text("A storm comes")
    assert Article.objects.get().ordered_topics == [topic]


@pytest.mark.any_database
def test_a_token_is_shown_once_and_its_page_breaks_no_rule(live_server, page, log_in, make_user):
    boss = make_user("superuser", username="boss")
    feed = DocumentFeed.objects.create(name="Pushed", kind="push", by=boss)
    log_in(page, boss)
    page.goto(f"/desk/feeds/{feed.pk}/")
    page.get_by_role("link", name="Tokens").click()
    page.get_by_label("Client").fill("A machine")
    page.get_by_role("button", name="Make it").click()

    secret = page.get_by_label("Token", exact=True).input_value()
    assert secret.startswith("newsroom_")
    assert broken(page) == []
    page.goto(f"/desk/feeds/{feed.pk}/tokens/")
    assert secret not in page.content()
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("cell", name="revoked")).to_be_visible()
    assert PushToken.objects.get().revoked_by == boss
    page.reload()
    assert broken(page) == []
