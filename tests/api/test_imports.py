"""POST /api/imports and GET /api/imports/<n>: archives, what becomes of them, and of runs."""

import io
import tarfile
import zipfile

import pytest
from django.test import Client

from articles.intake.tokens import make
from articles.models import Article, DocumentFeed, ImportRun, ImportUpload
from tests.importing.documents_by_hand import document

pytestmark = pytest.mark.django_db


def documents(count, **fields) -> dict[str, str]:
    links = (f'"https://news.example/{n}"' for n in range(count))
    return {f"_news/{n}.md": document(webUrl=link, **fields) for n, link in enumerate(links)}


def zipped(files) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return file.getvalue()


def tarred(files, mode) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return file.getvalue()


@pytest.fixture
def client(token):
    return Client(headers={"Authorization": f"Bearer {token('imports', 'read', 'documents')}"})


@pytest.fixture
def send(client, django_capture_on_commit_callbacks):
    """Sends an archive, and lets what follows the commit happen; without a worker it is taken at once."""

    def post(raw, content_type="application/octet-stream"):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post("/api/imports", raw, content_type=content_type)

    return post


ARCHIVES = {
    "application/zip": zipped,
    "application/octet-stream": zipped,
    "application/x-tar": lambda files: tarred(files, "w"),
    "application/gzip": lambda files: tarred(files, "w:gz"),
}


@pytest.mark.parametrize("kind", ARCHIVES)
def test_an_archive_is_imported_as_a_folder(kind, send, client, feed):
    answer = send(ARCHIVES[kind](documents(3) | {"_news/bad.md": "no front matter", "logo.png": "x"}), kind)

    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    told = client.get(answer["Location"]).json()
    assert told["state"] == "done", told
    assert {name: n for name, n in told["counts"].items() if n} == {"created": 3, "rejected": 1, "kept": 1}
    assert [file["path"] for file in told["files"] if file["verdict"] == "rejected"] == ["_news/bad.md"]
    run = ImportRun.objects.get(pk=told["run"])
    assert (run.feed, run.channel) == (feed, "push")
    assert sorted(Article.objects.values_list("path", flat=True)) == ["_news/0.md", "_news/1.md", "_news/2.md"]


def test_a_run_of_the_feed_is_answered_by_its_number(client):
    run = client.put("/api/documents/a.md", document().encode()).json()["run"]

    told = client.get(f"/api/imports/{run}").json()

    assert (told["id"], told["state"], told["counts"]["created"]) == (run, "done", 1)


def test_an_archive_of_a_feed_that_asks_for_a_preview_is_held(send, client, feed):
    feed.mode = "preview"
    feed.save()

    told = client.get(send(zipped(documents(2)))["Location"]).json()

    assert (told["state"], told["run"]) == ("held", None)
    assert told["notice"]
    assert not Article.objects.exists()


def test_an_archive_that_is_odd_is_held(send, client):
    send(zipped(documents(30)))

    told = client.get(send(zipped(documents(30, title="no text: [")))["Location"]).json()

    assert told["state"] == "held", told
    assert "rejected" in told["notice"]
    assert Article.objects.count() == 30


def test_an_archive_that_is_none_is_refused_in_words(send, client):
    told = client.get(send(b"PK, but no archive")["Location"]).json()

    assert told["state"] in ("done", "failed", "held"), told
    assert told["error"] or told["notice"] or told["counts"].get("rejected")
    assert not Article.objects.exists()


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data", ""])
def test_what_calls_itself_no_archive_is_refused(kind, send):
    answer = send(zipped(documents(1)), kind)

    assert (answer.status_code, answer.json()["type"]) == (415, "urn:newsroom:problem:wrong-type")
    assert not ImportUpload.objects.exists()


def test_an_archive_that_is_too_large_leaves_nothing(send, settings):
    settings.IMPORT_MAX_BYTES = 1_000

    answer = send(b"PK" + b"x" * 2_000)

    assert answer.status_code == 413
    assert not ImportUpload.objects.exists()
    assert [path for path in settings.IMPORT_UPLOADS.rglob("*") if path.is_file()] == []


def test_the_imports_of_another_feed_are_as_if_they_never_were(send, client, boss):
    told = client.get(send(zipped(documents(1)))["Location"]).json()
    other = DocumentFeed.objects.create(name="another", kind="push", by=boss)
    _, secret = make(other, client="b", scopes=["read"], days=1, by=boss)
    stranger = Client(headers={"Authorization": f"Bearer {secret}"})

    addresses = [f"/api/imports/{told['id']}", f"/api/imports/{told['run']}", "/api/imports/never", "/api/imports/99"]

    assert {stranger.get(address).status_code for address in addresses} == {404}


@pytest.mark.parametrize(("scope", "address", "method"), [
    ("documents", "/api/imports", "post"), ("imports", "/api/imports/1", "get"), ("read", "/api/imports", "post"),
])  # fmt: skip
def test_each_address_wants_its_scope(scope, address, method, token):
    client = Client(headers={"Authorization": f"Bearer {token(scope)}"})

    answer = getattr(client, method)(address)

    assert answer.status_code == 403
