"""An importer at work in the browser, with JavaScript and without."""

import zipfile

import pytest
from playwright.sync_api import expect

from articles.importing.runs.run import import_documents
from articles.models import Article
from tests.e2e.accessibility import broken
from tests.importing.documents_by_hand import document, write

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
OLD = {"_news/a.md": document(title="A quiet town"), "_news/b.md": document(webUrl="https://news.example/b")}
NEW = {
    "_news/a.md": document(title="A quiet city"),
    "_news/b.md": document(webUrl="https://news.example/b", title="Another"),
    "_news/c.md": document(webUrl="https://news.example/c"),
    "_news/bad.md": "no front matter",
}


@pytest.fixture
def archive(settings, tmp_path):
    settings.IMPORT_UPLOADS = tmp_path / "uploads"
    import_documents([write(tmp_path / "old", OLD)])
    with zipfile.ZipFile(tmp_path / "new.zip", "w") as file:
        for name, content in NEW.items():
            file.writestr(name, content)
    return tmp_path / "new.zip"


@pytest.mark.parametrize("scripted", [True, False], ids=["with JavaScript", "without"])
def test_an_importer_previews_leaves_out_imports_reads_and_undoes(new_page, log_in, importer, archive, scripted):
    page = new_page(java_script_enabled=scripted)
    log_in(page, importer)
    page.goto("/desk/imports/")

    page.get_by_label("Documents, or archives of them").set_input_files(archive)
    page.get_by_role("button", name="Upload and preview").click()
    expect(page.get_by_role("heading", name="What the import would do")).to_be_visible()
    expect(page.locator("del", has_text="town")).to_be_visible()
    page.get_by_label("Import _news/b.md").uncheck()
    if scripted:
        expect(page.locator(".file.left-out")).to_contain_text("_news/b.md")
    page.get_by_role("button", name="Import now").click()

    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    page.get_by_role("link", name="Read the report").click()
    expect(page.get_by_text("left out by the person who imports: not read")).to_be_visible()
    titles = Article.objects.order_by("path").values_list("path", "title")
    assert list(titles) == [("_news/a.md", "A quiet city"), ("_news/b.md", "A title"), ("_news/c.md", "A title")]

    page.get_by_role("button", name="Undo this run").click()
    expect(page.get_by_role("heading", name="What undoing would do")).to_be_visible()
    page.get_by_role("button", name="Undo run").click()
    expect(page.get_by_role("heading", name="Undone")).to_be_visible()
    assert list(titles.all()) == [("_news/a.md", "A quiet town"), ("_news/b.md", "A title")]


def test_what_is_left_out_is_kept_at_once(page, log_in, importer, archive):
    log_in(page, importer)
    page.goto("/desk/imports/")
    page.get_by_label("Documents, or archives of them").set_input_files(archive)
    page.get_by_role("button", name="Upload and preview").click()
    expect(page.get_by_role("heading", name="What the import would do")).to_be_visible()
    page.wait_for_load_state()

    page.get_by_label("Import _news/b.md").uncheck()
    expect(page.get_by_text("2 of 4 documents will be written, 1 left out.")).to_be_visible()
    page.reload()

    expect(page.get_by_label("Import _news/b.md")).not_to_be_checked()
    expect(page.get_by_text("2 of 4 documents will be written, 1 left out.")).to_be_visible()


@pytest.mark.any_database
def test_the_desks_imports_break_no_rule_of_accessibility(page, log_in, importer, archive):
    log_in(page, importer)
    page.goto("/desk/imports/")
    page.get_by_label("Documents, or archives of them").set_input_files(archive)
    page.get_by_role("button", name="Upload and preview").click()
    preview = page.url
    paths = [preview, f"{preview}?verdict=updated", "/desk/", "/desk/imports/", "/desk/imports/runs/"]
    paths += ["/desk/imports/runs/?status=nonsense"]

    found = {}
    for path in paths:
        page.goto(path)
        found[path] = broken(page, "best-practice")
    page.goto(preview)
    page.get_by_role("button", name="Import now").click()
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    page.reload()
    found["done"] = broken(page, "best-practice")
    page.get_by_role("link", name="Read the report").click()
    page.wait_for_load_state()
    found["report"] = broken(page, "best-practice")

    assert found == {path: [] for path in found}
