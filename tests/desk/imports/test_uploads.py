"""What is taken from a browser, and where it lies."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from articles.models import ImportUpload
from tests.desk.conftest import file, zipped
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db


def send(client, **data):
    return client.post(reverse("desk_upload_new"), data, follow=True)


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_files_are_streamed_to_a_private_folder_of_their_own(as_importer, importer, uploads):
    send(as_importer, files=[file("a.md", document()), file("more.zip", zipped({"b.md": document()}))])

    upload = ImportUpload.objects.get()
    kept = sorted(
        path.relative_to(uploads / str(upload.pk)).as_posix() for path in uploads.rglob("*.*") if path.is_file()
    )
    assert (upload.by, upload.title) == (importer, "a.md, more.zip")
    assert {"documents/a.md", "archives/more.zip"} <= set(kept)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a.exe", "is neither a document"),
        (".hidden.md", "has a name that is not taken"),
        ("a" * 250 + ".md", "has a name that is not taken"),
    ],
)
def test_a_name_that_is_not_taken_is_said(as_importer, uploads, name, why):
    answer = send(as_importer, files=[file(name, document())])

    assert why in said(answer)[0]
    assert (ImportUpload.objects.count(), list(uploads.rglob("*"))) == (0, [])


@pytest.mark.parametrize("name", ["../../etc/a.md", "/etc/a.md", "..\\a.md", "%2e%2e/a.md"])
def test_no_name_leads_out_of_the_folder(as_importer, uploads, name):
    send(as_importer, files=[file(name, document())])

    folder = uploads / str(ImportUpload.objects.get().pk)
    assert [path.name for path in folder.glob("documents/*")] == ["a.md"]


def test_of_two_files_with_one_name_the_second_is_not_taken(as_importer):
    answer = send(as_importer, files=[file("a.md", document()), file("a.md", document())])

    assert said(answer) == ["a.md was chosen twice: it is not part of this import."]


def test_too_much_is_refused_and_nothing_of_it_stays(as_importer, settings, uploads):
    settings.IMPORT_MAX_BYTES = 1024**2
    answer = send(as_importer, files=[file("a.md", document()), file("b.md", "x" * 1024**2)])
    assert said(answer) == ["1 MB are the most at once."]

    settings.IMPORT_MAX_FILES = 1
    answer = send(as_importer, files=[file("a.md", document()), file("b.md", document())])
    assert said(answer) == ["1 files are the most: pack them into a .zip or .tar.gz."]

    assert (ImportUpload.objects.count(), list(uploads.rglob("*"))) == (0, [])


def test_files_of_people_who_may_not_import_never_reach_the_disk(moderator, uploads):
    # Only with a token to be checked is the form read before the permission.
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator)
    token = str(client.get("/desk/").context["csrf_token"])

    form = {"csrfmiddlewaretoken": token, "files": [file("a.md", document())]}
    answer = client.post(reverse("desk_upload_new"), form)

    assert (answer.status_code, uploads.exists()) == (403, False)


def test_files_that_come_without_a_token_leave_nothing(importer, uploads):
    client = Client(enforce_csrf_checks=True)
    client.force_login(importer)

    answer = client.post(reverse("desk_upload_new"), {"files": [file("a.md", document())]})

    assert (answer.status_code, list(uploads.rglob("*"))) == (403, [])


def test_a_large_body_is_refused_wherever_no_files_are_taken(client, settings):
    settings.LARGEST_BODY = 1000

    assert client.post("/desk/", {"files": [file("a.md", "x" * 1000)]}).status_code == 413


def test_an_upload_without_files_says_so(as_importer):
    assert said(send(as_importer)) == ["Choose documents or an archive first."]


def test_a_folder_that_the_operator_allows_is_previewed(
    as_importer, settings, tmp_path, django_capture_on_commit_callbacks
):
    root = write(tmp_path / "root", {"month/_news/a.md": document()})
    settings.IMPORT_ROOTS = [root]

    with django_capture_on_commit_callbacks(execute=True):
        send(as_importer, directory=str(root), below="month")

    upload = ImportUpload.objects.get()
    assert (upload.status, upload.directory, upload.counts) == ("ready", str(root / "month"), {"created": 1})
    assert upload.files.get().path == "_news/a.md"


@pytest.mark.parametrize("below", ["..", "month/../..", "/etc", "nowhere", "link", "a\0b"])
def test_no_other_folder_is_looked_into(as_importer, settings, tmp_path, below):
    root = write(tmp_path / "root", {"month/a.md": document()})
    write(tmp_path, {"secret/a.md": document()})
    (root / "link").symlink_to(tmp_path / "secret")
    settings.IMPORT_ROOTS = [root]

    answers = [send(as_importer, directory=str(root), below=below), send(as_importer, directory=str(tmp_path))]

    assert {tuple(said(answer)) for answer in answers} == {
        ("There is no such folder among those that may be imported from.",)
    }
    assert ImportUpload.objects.count() == 0


def test_a_folder_that_is_no_longer_allowed_is_not_imported(as_importer, settings, tmp_path, post, importer):
    root = write(tmp_path / "root", {"a.md": document()})
    upload = ImportUpload.objects.create(
        by=importer, kind="directory", directory=str(root), title=str(root), status="confirmed"
    )

    post(upload, "restart")

    assert (upload.status, upload.error) == (
        "failed",
        "There is no such folder among those that may be imported from.",
    )


def test_uploads_that_nobody_confirms_are_cleaned_away(upload, uploads, capsys):
    made = upload({"a.md": document()})
    (uploads / "left-behind").mkdir()

    call_command("clean_uploads")
    assert capsys.readouterr().out == "0 uploads cancelled, 0 leftovers deleted\n"

    call_command("clean_uploads", days=-1)
    made.refresh_from_db()
    assert capsys.readouterr().out == "1 uploads cancelled, 1 leftovers deleted\n"
    assert (made.status, list(uploads.iterdir())) == ("cancelled", [])
