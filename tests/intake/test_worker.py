"""The worker looks at feeds whatever else it has to do."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.intake import looking
from articles.management import worker
from articles.models import Article, DocumentFeed, ImportRun
from tests.importing.documents_by_hand import write
from tests.intake.test_folder import several
from tests.management.test_worker import at_work, row, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def queue(settings, monkeypatch):
    caches["editions"].clear()
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(worker, "LOOK_INTERVAL", 0.1)


def test_a_long_chain_of_tasks_keeps_no_feed_waiting(root, make_feed):
    write(root / "mill", several(range(3)))
    for number in range(600):
        row("leave_a_trace", f"task {number}")
    make_feed(next_look_at=timezone.now() + timedelta(seconds=0.5))

    with at_work():
        wait_for(lambda: ImportRun.objects.filter(status="done").exists())
        waiting = DBTaskResult.objects.filter(status="READY").count()

    assert 0 < waiting < 600
    assert Article.objects.count() == 3


def test_a_look_that_fails_ends_no_worker_and_is_told(root, make_feed, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("as no one expects")

    write(root / "mill", several(range(3)))
    make_feed()
    monkeypatch.setattr(looking, "list_folder", fail)
    with at_work() as thread:
        wait_for(lambda: DocumentFeed.objects.get().problem)
        row("leave_a_trace", "after")
        wait_for(lambda: DBTaskResult.objects.get().status == "SUCCESSFUL")
        assert thread.is_alive()

    assert DocumentFeed.objects.get().problem == "The look failed unexpectedly; the log of the server says why."
