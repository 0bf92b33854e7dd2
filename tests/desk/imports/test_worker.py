"""Imports in a process of their own, as `make run` and docs/operating.md start it."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.importing.uploads.progress import progress_of
from articles.models import Article, ImportRun, ImportUpload
from articles.processes import heartbeat
from tests.conftest import ROOT
from tests.desk.conftest import file, zipped
from tests.factories import make_image
from tests.importing.documents_by_hand import document

pytestmark = pytest.mark.django_db(transaction=True)

DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def queue(settings, monkeypatch, uploads):
    """The queue in the database, and the environment of a worker on this test's database and folder."""
    settings.TASKS = DATABASE
    facts = connection.settings_dict
    login = f"{facts['USER']}:{facts['PASSWORD']}@" if facts["USER"] else ""
    address = f"sqlite:///{facts['NAME']}"
    if connection.vendor == "postgresql":
        address = f"postgres://{login}{facts['HOST']}:{facts['PORT'] or 5432}/{facts['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "tests.desk.imports.worker_settings",
        "TEST_UPLOADS": str(uploads),
    }


def work(environment) -> str:
    """A worker takes what waits, and ends."""
    command = [sys.executable, "-W", "error", "manage.py", "db_worker", "--batch", "--no-reload", "--no-startup-delay"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout + done.stderr


def test_a_worker_previews_and_imports_while_nobody_waits(client, importer, queue):
    client.force_login(importer)
    answer = client.post(reverse("desk_upload_new"), {"files": [file("a.zip", zipped({"a.md": document()}))]})
    upload = ImportUpload.objects.get()
    page = client.get(answer.url)
    assert (upload.status, page["Refresh"]) == ("uploaded", "3")

    work(queue)
    upload.refresh_from_db()
    assert (upload.status, upload.counts, progress_of(upload).done) == ("ready", {"created": 1}, 1)

    client.post(f"{answer.url}confirm/")
    assert Article.objects.count() == 0
    work(queue)
    upload.refresh_from_db()
    assert (upload.status, upload.run.counts, Article.objects.count()) == ("done", {"created": 1}, 1)


def test_where_no_worker_lives_the_pages_that_wait_for_one_say_so(client, make_user, queue):
    caches["editions"].clear()
    client.force_login(make_user("superuser"))
    answer = client.post(reverse("desk_upload_new"), {"files": [file("a.zip", zipped({"a.md": document()}))]})
    image = make_image()
    pages = [
        answer.url,
        f"{answer.url}progress/",
        reverse("desk_imports"),
        reverse("admin:articles_image_changelist"),
        reverse("admin:articles_image_change", args=[image.pk]),
    ]

    without = ["No worker is running" in client.get(page).content.decode() for page in pages]
    heartbeat.beat("one")
    with_one = ["No worker is running" in client.get(page).content.decode() for page in pages]

    assert without == [True] * len(pages)
    assert with_one == [False] * len(pages)


def test_an_upload_whose_task_was_lost_can_be_queued_again(client, importer, queue):
    client.force_login(importer)
    answer = client.post(reverse("desk_upload_new"), {"files": [file("a.zip", zipped({"a.md": document()}))]})
    DBTaskResult.objects.all().delete()
    early = client.get(answer.url).content.decode()
    ImportUpload.objects.update(since=timezone.now() - timedelta(minutes=2))
    late = client.get(answer.url).content.decode()

    client.post(f"{answer.url}restart/")
    work(queue)

    assert ("Ask the worker again" in early, "Ask the worker again" in late) == (False, True)
    assert ImportUpload.objects.get().status == "ready"


def test_an_import_whose_worker_was_killed_says_so_and_is_started_again(client, importer, queue, uploads):
    documents = {f"{n}.md": document(webUrl=f"https://news.example/{n}") for n in range(2100)}
    client.force_login(importer)
    answer = client.post(reverse("desk_upload_new"), {"files": [file("a.zip", zipped(documents))]})
    work(queue)
    client.post(f"{answer.url}confirm/")
    kill_in_the_middle(queue)
    assert 0 < Article.objects.count() < 2100
    upload = ImportUpload.objects.get()
    long_ago = timezone.now() - timedelta(minutes=1)
    ImportUpload.objects.update(since=long_ago)
    os.utime(uploads / str(upload.pk) / "progress.json", (long_ago.timestamp(),) * 2)

    page = client.get(answer.url)
    assert (upload.status, "Refresh" in page) == ("importing", False)
    assert "The work has stopped" in page.content.decode()
    assert client.get(f"{answer.url}progress/").json()["at_work"] is False

    client.post(f"{answer.url}restart/")
    work(queue)
    upload.refresh_from_db()
    assert (upload.status, Article.objects.count()) == ("done", 2100)
    assert list(ImportRun.objects.order_by("pk").values_list("status", flat=True)) == ["interrupted", "done"]


def kill_in_the_middle(environment) -> None:
    """A worker is killed once a part of its run is in."""
    command = [sys.executable, "manage.py", "db_worker", "--no-reload", "--no-startup-delay", "--verbosity=0"]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment)
    until = time.monotonic() + 60
    while not Article.objects.exists() and time.monotonic() < until:
        time.sleep(0.01)
    worker.kill()
    assert worker.wait() == -signal.SIGKILL
