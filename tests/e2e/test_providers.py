"""The desk of providers and the log of what people keep: a program's eyes, narrow windows, a stale form."""

import pytest
from playwright.sync_api import expect

from articles import moderation
from articles.models import Article
from articles.vocabulary.writer import change
from providers.models import Provider
from tests.e2e.accessibility import broken

pytestmark = pytest.mark.e2e


@pytest.fixture
def known(seeded, make_user):
    """The provider of a decided article, with a history."""
    boss = make_user("superuser", username="boss")
    for article in Article.objects.all()[:3]:
        moderation.publish(article, by=boss, version=article.version)
    provider = Article.objects.all()[0].provider
    change(provider, {"trust": 1, "other_names": ["Another name"]}, by=boss, version=provider.version)
    return provider


@pytest.mark.any_database
def test_the_pages_break_no_rule_and_fit_the_window(known, page, log_in, editor):
    log_in(page, editor)
    other = Provider.objects.exclude(pk=known.pk).first()
    pages = [
        "/desk/providers/", f"/desk/providers/{known.pk}/", "/desk/log/kept/",
        f"/desk/providers/{known.pk}/merge/?into={other.domain}", f"/desk/providers/{known.pk}/rename/?domain=x",
        f"/admin/providers/provider/{known.pk}/change/",
    ]  # fmt: skip

    found = {}
    for path in pages:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
        found[path] = broken(page)

    assert found == {path: [] for path in pages}


@pytest.mark.any_database
def test_a_stale_form_breaks_no_rule_and_is_saved_by_a_choice(known, page, log_in, editor, make_user):
    log_in(page, editor)
    page.goto(f"/desk/providers/{known.pk}/")
    change(known, {"name": "Theirs"}, by=make_user("Editors", username="colleague"), version=known.version)

    page.get_by_label("Name", exact=True).fill("Mine")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("A colleague has changed it since you opened it.")).to_be_visible()
    assert broken(page) == []
    page.get_by_label("what is there now").check()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Theirs")
