import csv
import io
import json
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import moderation
from articles.importing.runs.lock import import_lock
from articles.importing.runs.run import import_documents
from articles.models import Article, ImportFile, ImportRun, ImportUpload, PreviewFile, Reason
from tests.desk.conftest import file
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db

RUNS = "/desk/imports/runs/"


@pytest.fixture
def run(tmp_path, importer):
    files = {
        "a.md": document(),
        "b.md": document(webUrl="https://news.example/b", heat="hot"),
        "=cmd.md": "no front matter",
    }
    return ImportRun.objects.get(pk=import_documents([write(tmp_path / "run", files)], by=importer).run)


def test_a_report_shows_every_document_with_line_and_field(as_importer, run):
    page = as_importer.get(f"{RUNS}{run.pk}/")

    assert [file.path for file in page.context["page"]] == ["=cmd.md", "a.md", "b.md"]
    line = next(m["line"] for m in ImportFile.objects.get(path="b.md").messages if m["field"] == "heat")
    assert f'<span class="soft">line {line}</span> <code>heat</code>' in page.content.decode()


def test_a_report_is_narrowed_by_verdict_and_path(as_importer, run):
    def shown(query):
        return [file.path for file in as_importer.get(f"{RUNS}{run.pk}/{query}").context["page"]]

    assert shown("?verdict=rejected") == ["=cmd.md"]
    assert shown("?path=B.m") == ["b.md"]
    assert shown("?verdict=nonsense") == []
    assert shown("?verdict=%00&path=%00") == []


def test_runs_are_found_by_path_person_day_status_and_channel(as_importer, run, tmp_path):
    other = ImportRun.objects.create(
        started_at=timezone.now() - timedelta(days=9), finished_at=timezone.now(), status="failed", channel="desk"
    )
    today, long_ago = timezone.localdate(), timezone.localdate() - timedelta(days=9)

    def found(**query):
        return [found.pk for found in as_importer.get(RUNS, query).context["object_list"]]

    assert found() == [run.pk, other.pk]
    assert found(path="cmd") == [run.pk]
    assert found(person="importer") == [run.pk]
    assert found(status="failed") == [other.pk]
    assert found(channel="desk") == [other.pk]
    assert found(since=today) == [run.pk]
    assert found(until=long_ago) == [other.pk]
    assert found(status="nonsense") == found(since="yesterday") == []


def test_a_report_as_csv_holds_every_message_and_no_formula(as_importer, run):
    answer = as_importer.get(f"{RUNS}{run.pk}/files.csv")

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert answer["Content-Disposition"] == f'attachment; filename="run-{run.pk}.csv"'
    assert head == ["path", "verdict", "level", "line", "field", "message", "before", "after"]
    assert [(row[0], row[1]) for row in rows] == [("'=cmd.md", "rejected"), ("a.md", "created"), ("b.md", "created")]


def test_a_report_as_json_holds_every_document_once(as_importer, run, importer):
    answer = as_importer.get(f"{RUNS}{run.pk}/files.json")

    told = json.loads(b"".join(answer.streaming_content))
    assert (told["run"], told["by"], told["counts"]) == (run.pk, "importers", {"created": 2, "rejected": 1})
    assert [(file["path"], file["verdict"]) for file in told["documents"]] == [
        ("=cmd.md", "rejected"),
        ("a.md", "created"),
        ("b.md", "created"),
    ]


CHANGED = {
    "title": ["A town", "A city"],
    "related": [[], ["added “New”", "removed “Old”"]],
}


@pytest.fixture
def changed(tmp_path, importer):
    """A run that changed a title and the related links, and another one after it."""
    link = {"webUrl": "https://r.example/old", "title": "Old"}, {"webUrl": "https://r.example/new", "title": "New"}
    for title, related in (("A town", link[:1]), ("A city", link[1:]), ("A village", link)):
        write(
            tmp_path,
            {"a.md": document(title=title, related=list(related)), "b.md": document(webUrl="https://b.example/")},
        )
        import_documents([tmp_path], by=importer)
    return ImportRun.objects.order_by("pk")[1]


def test_a_report_tells_what_its_run_changed(as_importer, changed):
    page = as_importer.get(f"{RUNS}{changed.pk}/")
    table = b"".join(as_importer.get(f"{RUNS}{changed.pk}/files.csv").streaming_content).decode("utf-8-sig")
    told = json.loads(b"".join(as_importer.get(f"{RUNS}{changed.pk}/files.json").streaming_content))

    assert ImportFile.objects.get(run=changed).changes == {}
    (document,) = told["documents"]
    assert document["changes"] == CHANGED
    rows = [row for row in csv.reader(io.StringIO(table)) if row[2] == "change"]
    assert [row[4:] for row in rows] == [
        ["title", "", "A town", "A city"],
        ["related", "", "", "added “New”, removed “Old”"],
    ]
    (shown,) = page.context["page"]
    assert [difference.label for difference in shown.differences] == ["title", "related links"]
    assert "added “New”" in page.text


def test_a_run_is_undone_after_a_preview(as_importer, run, moderator, post, django_capture_on_commit_callbacks):
    moderation.reject(
        Article.objects.get(path="a.md"), by=moderator, version=1, why=moderation.Why(Reason.objects.first())
    )
    with django_capture_on_commit_callbacks(execute=True):
        as_importer.post(f"{RUNS}{run.pk}/undo/")
    upload = ImportUpload.objects.get()
    assert (upload.status, upload.counts, Article.objects.count()) == ("ready", {"kept": 1, "removed": 1}, 2)
    page = as_importer.get(f"/desk/imports/{upload.pk}/").content.decode()
    assert "touched by moderators since (reject): left alone" in page

    post(upload, "confirm")

    assert upload.status == "done"
    assert (upload.run.undoes, upload.run.channel, upload.run.counts) == (run, "desk", {"kept": 1, "removed": 1})
    assert list(Article.objects.values_list("path", flat=True)) == ["a.md"]


def test_a_run_that_cannot_be_undone_says_why(as_importer, run, post, django_capture_on_commit_callbacks):
    uploads = []
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            as_importer.post(f"{RUNS}{run.pk}/undo/")
        uploads.append(ImportUpload.objects.first())
    post(uploads[0], "confirm")

    post(uploads[1], "confirm")
    answer = as_importer.post(f"{RUNS}{run.pk}/undo/", follow=True)

    undoing = ImportRun.objects.get(undoes=run)
    assert (uploads[1].status, uploads[1].error) == ("failed", f"This run was undone by {undoing}.")
    assert [str(message) for message in answer.context["messages"]] == [f"This run was undone by {undoing}."]


@pytest.mark.django_db(transaction=True)
def test_while_another_run_is_at_work_the_page_names_it(client, importer, tmp_path, uploads, lock_of_another_process):
    ImportRun.objects.create(holder="desk-7 process 12")
    client.force_login(importer)
    client.post(reverse("desk_upload_new"), {"files": [file("a.md", document())]})

    upload = ImportUpload.objects.get()
    assert upload.status == "failed"
    assert upload.error.startswith("Another import is at work: run ")
    assert "desk-7 process 12" in client.get(f"/desk/imports/{upload.pk}/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_was_confirmed_while_another_run_is_at_work_may_be_confirmed_again(
    client, importer, uploads, lock_of_another_process
):
    upload = ImportUpload.objects.create(by=importer, status="ready", title="a.md")
    write(uploads / str(upload.pk) / "documents", {"a.md": document()})
    client.force_login(importer)

    client.post(f"/desk/imports/{upload.pk}/confirm/")

    upload.refresh_from_db()
    assert (upload.status, upload.notice) == ("ready", "Another import is at work. Try again later.")


@pytest.fixture
def lock_of_another_process(monkeypatch):
    """The lock, held on a connection of its own."""
    taken, done = Event(), Event()
    monkeypatch.setattr("articles.importing.uploads.preview.LOCK_PATIENCE", 0)

    def hold():
        try:
            with import_lock():
                taken.set()
                done.wait()
        finally:
            connection.close()

    thread = Thread(target=hold)
    thread.start()
    taken.wait()
    yield
    done.set()
    thread.join()


def test_lists_take_the_same_queries_for_one_row_and_for_fifty(as_importer, importer, run):
    upload = ImportUpload.objects.create(by=importer, status="ready", title="a.md", counts={"updated": 1})
    addresses = ["/desk/", "/desk/imports/", RUNS, f"{RUNS}{run.pk}/", f"/desk/imports/{upload.pk}/"]

    def grow(number):
        runs = ImportRun.objects.bulk_create(
            ImportRun(status="done", finished_at=timezone.now(), by=importer) for _ in range(number)
        )
        ImportRun.objects.bulk_create(
            ImportRun(status="done", finished_at=timezone.now(), by=importer, undoes=undone) for undone in runs
        )
        ImportUpload.objects.bulk_create(ImportUpload(by=importer, title="a.md", run=r) for r in runs)
        ImportFile.objects.bulk_create(ImportFile(run=run, path=str(n), verdict="updated") for n in range(number))
        changes = {"title": ["A town", "A city"]}
        PreviewFile.objects.bulk_create(
            PreviewFile(upload=upload, path=str(n), verdict="updated", changes=changes) for n in range(number)
        )

    def queries():
        counted = {}
        for address in addresses:
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert as_importer.get(address).status_code == 200
            counted[address] = len(captured)
        return counted

    grow(1)
    few = queries()
    grow(49)

    assert queries() == few
    assert max(few.values()) <= 11


def test_single_documents_that_clients_push_do_not_hide_other_runs(client, make_user):
    client.force_login(make_user("Importers"))
    single, archive, command = (
        ImportRun.objects.create(status="done", finished_at=timezone.now(), **fields)
        for fields in ({"channel": "push", "total": 1}, {"channel": "push", "total": 2}, {"total": 1})
    )

    assert [run.pk for run in client.get("/desk/imports/runs/").context["object_list"]] == [command.pk, archive.pk]
    pushed = client.get("/desk/imports/runs/?channel=push").context["object_list"]
    assert [run.pk for run in pushed] == [archive.pk, single.pk]
