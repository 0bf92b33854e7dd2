"""After an import the worker is asked for pictures, a handful at a time."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from articles import tasks
from articles.images import copies
from articles.models import Image
from tests.conftest import SEEDS
from tests.images.copying import shown

pytestmark = pytest.mark.django_db


def test_with_a_worker_pictures_are_fetched_after_everything_else(settings, django_capture_on_commit_callbacks):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    with django_capture_on_commit_callbacks(execute=True):
        tasks.fetch_images_later()

    assert list(DBTaskResult.objects.values_list("task_path", "priority")) == [("articles.tasks.fetch_images", -100)]


def by_command(client):
    with pytest.raises(SystemExit):
        call_command("import_articles", SEEDS, verbosity=0)


def by_trial(client):
    with pytest.raises(SystemExit):
        call_command("import_articles", SEEDS, "--dry-run", verbosity=0)


def by_table(client):
    content = b"web_url,title,published_at,provider\nhttps://a.example/1,T,2021-01-08T09:00:00Z,a.example\n"
    client.post("/admin/articles/article/import/", {"file": SimpleUploadedFile("t.csv", content)})
    answer = client.post("/admin/articles/article/process_import/")
    assert answer.status_code == 302


@pytest.mark.parametrize(("imported", "asked"), [(by_command, 1), (by_table, 1), (by_trial, 0)])
def test_after_each_import_the_worker_is_asked_for_pictures(
    imported, asked, settings, client, importer, django_capture_on_commit_callbacks
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    client.force_login(importer)
    with django_capture_on_commit_callbacks(execute=True):
        imported(client)

    assert DBTaskResult.objects.filter(task_path="articles.tasks.fetch_images").count() == asked


def test_without_a_worker_nobody_waits_for_pictures(server, django_capture_on_commit_callbacks):
    shown(server)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        tasks.fetch_images_later()

    assert callbacks == []
    assert Image.objects.get().fetched_at is None


def test_the_task_takes_a_handful_and_asks_for_the_next(server, settings, django_capture_on_commit_callbacks):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    for number in range(copies.BATCH_SIZE + 1):
        # Refused before anybody is asked.
        shown(server, url=f"http://anne@pictures.example/{number}")
    left = []
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            tasks.fetch_images.call()
        left.append((Image.objects.filter(fetched_at=None).count(), len(callbacks)))

    assert left == [(1, 1), (0, 1), (0, 0)]
