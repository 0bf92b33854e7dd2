"""A worker is killed again and again while its feeds change: nothing is lost, nothing twice, nothing held passes.

NEWSROOM_KILLS says how often, instead of three times.
"""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from random import Random
from time import monotonic, sleep

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from articles.documents.stored import document_in
from articles.models import Arrival, Article, DocumentFeed, ImportRun
from tests.conftest import ROOT
from tests.importing.documents_by_hand import document, write
from tests.importing.site import Site

KILLS = int(os.environ.get("NEWSROOM_KILLS", "3"))
DOCUMENTS = 300


@pytest.fixture
def site(tmp_path, django_db_blocker, django_db_setup):
    with django_db_blocker.unblock():
        site = Site(tmp_path)
        yield site
        site.drop()


def texts(numbers, provider: str, heat: int) -> dict[str, str]:
    about = f"{{name: {provider}, domain: {provider}.example}}"
    return {
        f"{n}.md": document(
            f"Text {n}.", webUrl=f"https://{provider}.example/{n}", title=f"Number {n}", provider=about, heat=str(heat)
        )
        for n in numbers
    }


def start(site: Site, root: Path, uploads: Path) -> subprocess.Popen:
    environment = os.environ | {
        "DATABASE_URL": site.url,
        "DJANGO_SETTINGS_MODULE": "tests.intake.worker_settings",
        "NEWSROOM_WORKER": "1",
        "NEWSROOM_IMPORT_ROOTS": str(root),
        "TEST_UPLOADS": str(uploads),
    }
    words = [sys.executable, "manage.py", "db_worker", "--no-startup-delay", "--no-reload", "--interval", "0.1"]
    return subprocess.Popen(
        words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def kill(worker: subprocess.Popen) -> None:
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()


def test_a_worker_that_is_killed_at_any_moment_loses_nothing_and_doubles_nothing(site, tmp_path):
    random = Random(7)  # noqa: S311 - moments
    root, uploads = tmp_path / "root", tmp_path / "uploads"
    uploads.mkdir()
    write(root / "open", texts(range(DOCUMENTS), "open", 1))
    write(root / "held", texts(range(20), "held", 1))
    with site.opened():
        by = User.objects.create_user("keeper")
        common = {"kind": "folder", "by": by, "max_changed": 100}
        feed = DocumentFeed.objects.create(name="Open", location=str(root / "open"), **common)
        held = DocumentFeed.objects.create(
            name="Held", location=str(root / "held"), mode="preview", prefix="held/", **common
        )
    for turn in range(KILLS):
        fresh = random.sample(range(DOCUMENTS + 20), 40)
        write(root / "open", texts(fresh, "open", turn + 2))
        write(root / "held", texts([turn], "held", turn + 2))
        with site.opened():
            DocumentFeed.objects.update(next_look_at=timezone.now())
        worker = start(site, root, uploads)
        sleep(random.uniform(1.0, 6.0))
        kill(worker)
    with site.opened():
        DocumentFeed.objects.update(next_look_at=timezone.now())
    worker = start(site, root, uploads)
    wait_until_all_is_in(site, feed)
    kill(worker)

    with site.opened():
        files = {file.name: file.read_bytes() for file in (root / "open").iterdir()}
        rows = list(Article.objects.order_by("pk"))
        assert {row.path: document_in(row.source) for row in rows} == files
        assert len(rows) == len(files) == len({row.canonical_url for row in rows})
        assert held.held.filter(status="ready").count() <= 1
        assert not held.runs.exists()
        runs = ImportRun.objects.order_by("pk")
        assert {run.feed_id for run in runs} == {feed.pk}
        assert set(runs.values_list("status", flat=True)) <= {"done", "interrupted"}
        assert all(sum(run.counts.values()) == run.total for run in runs if run.status == "done")
        arrivals = list(Arrival.objects.values_list("run", flat=True))
        assert sorted(arrivals) == [run.pk for run in runs if run.status == "done"]
        # None is left at work, and the folders of those that are over are gone.
        left = {upload.pk.hex for one in (feed, held) for upload in one.held.exclude(status__in=["done", "ready"])}
        assert not left
        assert not site.broken()


def wait_until_all_is_in(site: Site, feed: DocumentFeed) -> None:
    until = monotonic() + 120
    with site.opened():
        began = timezone.now() - timedelta(seconds=1)
        while monotonic() < until:
            feed.refresh_from_db()
            still = not feed.held.exclude(status__in=["done", "cancelled"]).exists()
            if (
                feed.looked_at
                and feed.looked_at > began
                and still
                and feed.next_look_at - feed.looked_at > timedelta(minutes=1)
            ):
                held = DocumentFeed.objects.get(name="Held")
                if held.looked_at and held.looked_at > began:
                    return
            sleep(0.2)
    raise AssertionError("the feed has not been looked at")
