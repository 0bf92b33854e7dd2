"""Many articles at once, from the queue to the Undo, as a person does it."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from articles import moderation
from articles.models import Article, Event
from tests.e2e.accessibility import broken
from tests.e2e.queue_page import sees
from tests.factories import make_article, make_topic

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

LONG = "Donaudampfschifffahrtsgesellschaftskapitän" * 3


@pytest.mark.parametrize("script", [True, False])
def test_three_of_the_queue_are_rejected_and_taken_back(live_server, new_page, log_in, moderator, script):
    for n in range(5):
        make_article(title=f"Tram number {n}", type="video")
    page = new_page(java_script_enabled=script, viewport={"width": 1280, "height": 900})
    log_in(page, moderator)
    page.goto("/desk/queue/?type=video")

    for n in (0, 2, 4):
        page.get_by_role("checkbox", name=f"Select “Tram number {n}”").check()
    page.get_by_label("With the selected").select_option("reject")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reject 3 articles?")
    page.get_by_label("Reason").select_option(label="Off topic")
    page.get_by_role("button", name="Reject 3 articles").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reject: 3 articles")
    rejected = set(Article.objects.filter(state="rejected").values_list("title", flat=True))
    page.get_by_role("button", name="Undo the whole batch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Undo: 3 articles")
    page.get_by_role("main").get_by_role("link", name="Back to the list").first.click()

    expect(page).to_have_url(f"{live_server.url}/desk/queue/?type=video")
    assert rejected == {"Tram number 0", "Tram number 2", "Tram number 4"}
    assert Article.objects.filter(state="pending").count() == 5
    assert Event.objects.filter(channel="bulk").count() == 6


@pytest.mark.any_database
def test_the_pages_break_no_rule_of_accessibility(page, log_in, editor, make_user):
    make_topic("Power")
    articles = [make_article(title=f"{LONG} {n}", excerpt=LONG, published=n > 2) for n in range(6)]
    moderation.claim(articles[0], by=make_user("Moderators"))
    moderation.edit(articles[1], by=editor, version=1, title=f"{LONG} anew", excerpt=LONG[::-1])
    event = moderation.score(articles[2], by=editor, version=1, heat=50)
    moderation.edit(articles[2], by=editor, version=2, title="Another")
    log_in(page, editor)

    found = {}
    for path in ("/desk/log/", "/desk/log/?verb=x&batch=x", "/desk/log/?verb=pin"):
        page.goto(path)
        found[path] = broken(page, "best-practice")
    for action in ("publish", "reject", "score", "topics", "assign"):
        send(page, "/desk/bulk/", action=action, selected=" ".join(f"{a.pk}:{a.version}" for a in articles))
        found[action] = broken(page, "best-practice")
    send(page, "/desk/bulk/", action="withdraw", all="1")
    page.get_by_label("Reason").select_option(index=1)
    with page.expect_navigation():
        page.get_by_role("button", name="Withdraw").click()
    found["done"] = broken(page, "best-practice")
    send(page, "/desk/bulk/", action="publish", all="1", filter="type=x")
    found["refused"] = broken(page, "best-practice")
    send(page, f"/desk/events/{event.pk}/undo/")
    found["not undone"] = broken(page, "best-practice")
    page.goto("/corrections/")
    found["corrections"] = broken(page, "best-practice")

    assert found == {name: [] for name in found}
    assert Article.objects.withdrawn(timezone.now()).count() == 3


def send(page, path, **fields):
    """Post a form with the token of a page of the desk."""
    page.goto("/desk/log/")
    with page.expect_navigation():
        page.evaluate(
            """([path, fields]) => {
                const form = document.createElement("form");
                const token = document.querySelector("[name=csrfmiddlewaretoken]");
                form.method = "post";
                form.action = path;
                for (const [name, value] of [...Object.entries(fields), [token.name, token.value]]) {
                    const input = document.createElement("input");
                    Object.assign(input, { name, value });
                    form.append(input);
                }
                document.body.append(form);
                form.submit();
            }""",
            [path, fields],
        )


def test_five_of_twenty_five_are_rejected_by_at_most_twelve_keys(live_server, page, log_in, moderator):
    for n in range(25):
        make_article(title=f"Tram number {n}", heat=200 - n)
    log_in(page, moderator)
    page.goto("/desk/queue/")
    titles = [one.inner_text() for one in page.locator(".row-title").all()]
    page.locator(".row-title").first.click()
    sees(page, titles[0])

    keys = ["x", "j", "j", "j", "j", "Shift+X", "r"]
    for key in keys:
        page.keyboard.press(key)
        if key == "j":
            page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", level=1)).to_have_text("Reject 5 articles?")
    expect(page.get_by_text("(a digit chooses)")).to_be_visible()
    assert broken(page) == []
    page.get_by_role("checkbox", name=f"Reject “{titles[4]}”").uncheck()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reject 4 articles?")
    page.get_by_role("checkbox", name=f"Reject “{titles[4]}”").check()
    more = ["1", "Enter"]
    for key in more:
        page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_have_text("Reject: 5 articles")

    assert len(keys) + len(more) <= 12
    assert set(Article.objects.filter(state="rejected").values_list("title", flat=True)) == set(titles[:5])
