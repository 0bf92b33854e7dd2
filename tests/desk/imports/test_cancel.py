"""An import and a preview that are at work can be stopped: they end after the batch at work."""

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.importing.runs import reader
from articles.importing.runs.job import Job
from articles.importing.uploads.preview import import_upload, preview_upload
from articles.importing.uploads.progress import ask_to_cancel
from articles.models import Article, ImportRun, ImportUpload, PreviewFile
from tests.importing.documents_by_hand import document

pytestmark = pytest.mark.django_db

MANY = {f"{n}.md": document(webUrl=f"https://news.example/{n}") for n in range(5)}


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(reader, "DOCUMENTS_A_BATCH", 2)


@pytest.fixture
def after_first_batch(monkeypatch, importer):
    """Asks for the end, by the button of the page, as soon as the first batch is in."""
    whole = Job.finish_batch

    def finish_batch(job, items):
        upload = ImportUpload.objects.get()
        if not job.report.files:
            ask_to_cancel(upload, importer)
        whole(job, items)

    return lambda: monkeypatch.setattr(Job, "finish_batch", finish_batch)


def test_what_is_in_stays_in_and_the_run_says_who_stopped_it(
    upload, post, as_importer, importer, small_batches, after_first_batch, uploads
):
    made = upload(MANY)
    after_first_batch()

    post(made, "confirm")

    run = ImportRun.objects.get()
    assert (made.status, made.run, run.status) == ("cancelled", run, "interrupted")
    assert (run.options["cancelled_by"], run.counts, run.total) == ("importers", {"created": 2}, 5)
    assert (Article.objects.count(), PreviewFile.objects.count(), list(uploads.iterdir())) == (2, 0, [])
    page = as_importer.get(reverse("desk_upload", args=[made.pk])).text
    assert "Stopped by importers" in page
    assert "Stopped by importers" in as_importer.get(reverse("desk_run", args=[run.pk])).text


def test_a_preview_at_work_ends_and_leaves_nothing(importer, small_batches, after_first_batch, uploads, tmp_path):
    made = ImportUpload.objects.create(by=importer, title="many")
    folder = uploads / str(made.pk) / "documents"
    folder.mkdir(parents=True)
    for name, text in MANY.items():
        (folder / name).write_text(text)
    after_first_batch()

    preview_upload(made)

    assert (made.status, made.run, ImportRun.objects.count(), Article.objects.count()) == ("cancelled", None, 0, 0)
    assert (PreviewFile.objects.count(), list(uploads.iterdir())) == (0, [])


@pytest.mark.parametrize("status", ["previewing", "importing"])
def test_the_button_asks_the_process_at_work_and_the_page_says_so(as_importer, importer, post, status, uploads):
    made = ImportUpload.objects.create(by=importer, title="many", status=status)
    address = reverse("desk_upload", args=[made.pk])
    assert {"previewing": "Cancel", "importing": "Stop"}[status] in as_importer.get(address).text

    post(made, "cancel")

    assert made.status == status
    assert "importers has asked to stop it" in as_importer.get(address).text


@pytest.mark.parametrize("status", ["previewing", "importing"])
def test_where_the_process_has_died_it_is_cancelled_at_once(as_importer, importer, post, status):
    made = ImportUpload.objects.create(
        by=importer, title="many", status=status, since=timezone.now().replace(year=2020)
    )

    post(made, "cancel")

    assert made.status == "cancelled"


def test_who_asks_as_the_work_ends_has_cancelled_the_preview_too(importer, upload, post):
    made = upload(MANY)
    ask_to_cancel(made, importer)
    ImportUpload.objects.update(status="uploaded")
    made.refresh_from_db()

    preview_upload(made)

    assert made.status == "cancelled"


def test_what_is_asked_after_the_last_batch_stops_nothing(importer, upload, monkeypatch):
    made = upload({"a.md": document()})
    ImportUpload.objects.update(status="confirmed")
    made.refresh_from_db()
    whole = Job.finish_batch

    def finish_batch(job, items):
        ask_to_cancel(made, importer)
        whole(job, items)

    monkeypatch.setattr(Job, "finish_batch", finish_batch)

    import_upload(made, importer)

    assert (made.status, ImportRun.objects.get().status) == ("done", "done")


def test_a_preview_in_which_nothing_would_change_offers_no_import(upload, post, as_importer):
    post(upload({"a.md": document()}), "confirm")

    made = upload({"a.md": document(), "bad.md": "no front matter"})

    page = " ".join(as_importer.get(reverse("desk_upload", args=[made.pk])).text.split())
    assert "Nothing would change: there is nothing to import." in page
    assert "Import now" not in page
    answer = post(made, "confirm")
    assert (answer.status_code, made.status, ImportRun.objects.count()) == (302, "ready", 1)


def test_what_is_left_out_altogether_is_no_import_and_taken_back_it_is_one(upload, post, as_importer):
    made = upload(MANY)
    choose = reverse("desk_upload_choose", args=[made.pk])

    post(made, "choose", {"all": "created", "leave": "out"})
    part = as_importer.post(choose, headers={"Accept": "application/json"}).json()["html"]
    assert "Import now" not in part

    post(made, "choose", {"all": "created", "leave": "in"})
    part = as_importer.post(choose, headers={"Accept": "application/json"}).json()["html"]
    assert "Import now" in part


def test_a_payload_that_nobody_sees_can_be_stored_anew(upload, post, as_importer):
    secured = ["AAAA;AAAAAAAAAAAAAAAAAAAAAA==", "BBBB;AAAAAAAAAAAAAAAAAAAAAA=="]
    post(upload({"a.md": document(secured=secured[0])}), "confirm")

    made = upload({"a.md": document(secured=secured[1])})

    page = " ".join(as_importer.get(reverse("desk_upload", args=[made.pk])).text.split())
    assert (made.counts, made.details["renewed"]) == ({"unchanged": 1}, {"payload": 1})
    assert "No article would change: of 1 document only what nobody sees is stored anew." in page
    assert "Import now" in page
