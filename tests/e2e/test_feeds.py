"""The pages of feeds in the browser."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from articles.intake import looking
from articles.models import Arrival, DocumentFeed, Silence
from tests.e2e.accessibility import broken
from tests.importing.documents_by_hand import write
from tests.intake.test_folder import several

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def feeds(settings, tmp_path, monkeypatch, importer) -> list[DocumentFeed]:
    settings.IMPORT_ROOTS, settings.IMPORT_UPLOADS = [tmp_path / "root"], tmp_path / "uploads"
    monkeypatch.setattr(looking, "PAUSE", 0.01)
    made = []
    kinds = {"Mill": {}, "Held": {"mode": "preview"}, "Quiet": {}, "Off": {"is_on": False}}
    for number, (name, fields) in enumerate(kinds.items()):
        folder = write(tmp_path / "root" / name, several(range(10 * number, 10 * number + 3)) if number != 2 else {})
        feed = DocumentFeed.objects.create(
            name=name, kind="folder", location=str(folder), prefix=f"{name.lower()}/", by=importer, **fields
        )
        looking.look(feed)
        made.append(feed)
    for day in range(20):
        Arrival.objects.create(feed=made[0], at=timezone.now() - timedelta(days=day))
    Silence.objects.create(feed=made[2], since=timezone.now() - timedelta(days=9))
    return made


@pytest.mark.any_database
def test_the_pages_of_feeds_break_no_rule_of_accessibility(page, log_in, importer, feeds):
    log_in(page, importer)
    own = [f"/desk/feeds/{feed.pk}/" for feed in feeds]
    paths = ["/desk/", "/desk/feeds/", "/desk/feeds/new/", f"{own[0]}change/", f"{own[0]}?days=90", *own]

    found = {}
    for path in paths:
        page.goto(path)
        found[path] = broken(page, "best-practice")
    page.goto("/desk/feeds/new/")
    page.get_by_label("Name").fill("Wrong")
    page.get_by_label("Kind").select_option("folder")
    page.get_by_label("Location").fill("/etc")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("There is no such folder")).to_be_visible()
    found["wrong"] = broken(page, "best-practice")

    assert found == {path: [] for path in found}


@pytest.mark.any_database
def test_without_a_script_a_person_makes_a_feed_and_lets_a_held_run_in(new_page, log_in, importer, feeds, tmp_path):
    (tmp_path / "root" / "New").mkdir()
    page = new_page(java_script_enabled=False)
    log_in(page, importer)
    page.goto("/desk/feeds/")
    page.get_by_role("link", name="New feed").click()
    page.get_by_label("Name").fill("New")
    page.get_by_label("Kind").select_option("folder")
    page.get_by_label("Location").fill(str(tmp_path / "root" / "New"))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="New", exact=True)).to_be_visible()
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("New is off.")).to_be_visible()

    page.goto(f"/desk/feeds/{feeds[1].pk}/")
    page.get_by_role("link", name="Look at its preview").click()
    page.get_by_role("button", name="Import now").click()
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    page.goto(f"/desk/feeds/{feeds[1].pk}/")
    expect(page.locator(".says").get_by_text("1 arrival on 1 day")).to_be_visible()
