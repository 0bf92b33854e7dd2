"""A folder is looked at: only what stands still is taken, once, and what is away is not gone."""

import os
import shutil
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from articles.importing.sources import still
from articles.importing.uploads import cut, preview
from articles.intake import looking, taking
from articles.intake.looking import State, look, look_at_due
from articles.models import Arrival, Article, DocumentFeed, ImportRun, ImportUpload
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db


def several(numbers, **fields) -> dict[str, str]:
    return {f"{n}.md": document(webUrl=f"https://mill.example/{n}", title=f"Number {n}", **fields) for n in numbers}


def paths() -> set[str]:
    return set(Article.objects.values_list("path", flat=True))


def test_a_folder_is_taken_once_and_again_only_when_it_changed(root, make_feed):
    write(root / "mill", several(range(3)))
    feed = make_feed()

    assert [look(feed).state for _ in range(2)] == [State.IMPORTED, State.NOTHING]
    write(root / "mill", several([1], heat="9"))
    found = look(feed)

    assert (found.state, found.run.counts) == (State.IMPORTED, {"updated": 1, "unchanged": 2})
    assert (found.run.feed, found.run.by, found.run.channel) == (feed, feed.by, "feed")
    assert Arrival.objects.filter(feed=feed).count() == ImportRun.objects.count() == 2
    assert (feed.documents, feed.problem) == (3, "")
    assert not ImportUpload.objects.exclude(status="done").exists()


def test_files_that_were_only_touched_are_read_but_not_imported(root, make_feed):
    write(root / "mill", several(range(3)))
    feed = make_feed()
    look(feed)
    os.utime(root / "mill" / "1.md", (1, 1))

    assert look(feed).state == State.NOTHING
    assert ImportRun.objects.count() == ImportUpload.objects.count() == Arrival.objects.count() == 1


def test_a_feed_has_the_paths_of_the_command_or_its_prefix_before_them(root, make_feed):
    write(root / "mill" / "_samples", {"a.md": document(webUrl="https://mill.example/a")})
    write(root / "dam", {"a.md": document(webUrl="https://dam.example/a")})
    look(make_feed(location=str(root / "mill" / "_samples")))
    look(make_feed(name="Dam", location=str(root / "dam"), prefix="dam/"))

    assert paths() == {"_samples/a.md", "dam/a.md"}
    assert Article.objects.get(path="_samples/a.md").category == "sample"


def test_a_document_that_is_written_during_the_look_is_left_for_the_next(root, make_feed, monkeypatch):
    monkeypatch.setattr(looking, "PAUSE", 0.6)
    write(root / "mill", several(range(3)))
    whole = document("The whole text.", webUrl="https://mill.example/slow")
    slow, feed = root / "mill" / "slow.md", make_feed()

    def write_slowly() -> None:
        with slow.open("w") as file:
            for place in range(0, len(whole), 20):
                file.write(whole[place : place + 20])
                file.flush()
                time.sleep(0.1)

    writer = threading.Thread(target=write_slowly)
    writer.start()
    time.sleep(0.05)
    first = look(feed)
    writer.join()

    assert (first.state, first.moving, first.run.counts) == (State.IMPORTED, 1, {"created": 3, "kept": 1})
    assert "still being written" in first.run.files.get(verdict="kept").messages[0]["text"]
    assert feed.next_look_at - timezone.now() < timedelta(seconds=11)
    assert look(feed).run.counts == {"created": 1, "unchanged": 3}
    assert "The whole text." in Article.objects.get(path="slow.md").body


def test_a_document_that_changes_between_the_scan_and_the_run_is_not_read(root, make_feed):
    write(root / "mill", several(range(3)))
    listing = root.parent / "listing"
    still.list_folder(root / "mill", [root], listing, pause=0)
    write(root / "mill", {"1.md": "---\ntitle: half"})
    source = still.StillFolder(root / "mill", "", listing)

    assert source.read("0.md").startswith(b"---")
    with pytest.raises(still.StillWritten):
        source.read("1.md")


def test_a_storm_of_renames_loses_nothing_and_doubles_nothing(root, make_feed, monkeypatch):
    monkeypatch.setattr(looking, "PAUSE", 0.2)
    write(root / "mill", several(range(40)))
    feed, ended = make_feed(), threading.Event()
    look(feed)

    def rename() -> None:
        turn = 0
        while not ended.is_set():
            turn += 1
            for file in sorted((root / "mill").iterdir()):
                file.rename(file.with_name(f"{file.name.split('.')[0]}.{turn}.md"))
                time.sleep(0.001)

    storm = threading.Thread(target=rename)
    storm.start()
    for _ in range(3):
        look(feed)
    ended.set()
    storm.join()
    looks = [look(feed).state for _ in range(2)]

    assert looks[-1] == State.NOTHING
    assert paths() == {file.name for file in (root / "mill").iterdir()}
    assert Article.objects.count() == 40
    assert not feed.held.exclude(status="done").exists()


def vanish(folder):
    shutil.rmtree(folder)


def empty(folder):
    vanish(folder)
    folder.mkdir()


def be_a_file(folder):
    vanish(folder)
    folder.write_text("")


def be_a_link_that_leads_away(folder):
    vanish(folder)
    folder.symlink_to("/etc")


@pytest.mark.parametrize("away", [vanish, empty, be_a_file, be_a_link_that_leads_away])
def test_what_is_away_is_a_problem_in_words_and_nothing_is_gone(root, make_feed, away):
    write(root / "mill", several(range(3)))
    feed = make_feed()
    look(feed)
    before = list(Article.objects.values_list("pk", "state", "version"))
    away(root / "mill")

    found = look(feed)

    assert (found.state, found.run) == (State.PROBLEM, None)
    assert feed.problem
    assert "Errno" not in feed.problem
    assert list(Article.objects.values_list("pk", "state", "version")) == before
    assert ImportRun.objects.count() == ImportUpload.objects.count() == 1


@pytest.mark.not_as_root
def test_a_folder_that_may_not_be_read_is_a_problem(root, make_feed):
    write(root / "mill" / "a", several(range(3)))
    feed = make_feed()
    look(feed)
    (root / "mill" / "a").chmod(0)

    try:
        assert look(feed).state == State.PROBLEM
    finally:
        (root / "mill" / "a").chmod(0o700)
    assert "Permission denied" in feed.problem


def test_a_mount_that_does_not_answer_is_a_problem_after_the_limit(root, make_feed, monkeypatch):
    write(root / "mill", several(range(3)))
    monkeypatch.setattr(looking, "PAUSE", 30)
    monkeypatch.setattr(still, "LIMITS", still.limited.Limits(1024**3, 10, 0.5, 1024**2))

    assert "takes more than 0.5 seconds" in look(make_feed()).says


@pytest.mark.parametrize("other", ["mill", "mill/in", ".", "mill/../mill"])
def test_of_two_feeds_over_one_folder_neither_is_read(root, make_feed, other):
    write(root / "mill" / "in", several(range(3)))
    feeds = [make_feed(), make_feed(name="Other", location=str(root / other))]

    assert [look(feed).state for feed in feeds] == [State.PROBLEM] * 2
    assert "reads there" in feeds[0].problem


def test_a_folder_outside_the_roots_is_refused(make_feed, tmp_path):
    write(tmp_path / "elsewhere", several([1]))

    assert look(make_feed(location=str(tmp_path / "elsewhere"))).state == State.PROBLEM
    assert not Article.objects.exists()


def test_a_feed_is_looked_at_by_one_worker_when_its_moment_has_come(root, make_feed):
    write(root / "mill", several([1]))
    now = timezone.now()
    feed = make_feed(next_look_at=now, minutes=7)
    make_feed(name="Off", location=str(root / "off"), is_on=False, next_look_at=now)
    make_feed(name="Push", kind="push", location="", next_look_at=now)

    assert look_at_due(now - timedelta(seconds=1)) is None
    assert look_at_due(now).state == State.IMPORTED
    assert look_at_due(now) is None
    feed.refresh_from_db()
    assert (feed.next_look_at, feed.looked_at, feed.last_arrival_at) == (now + timedelta(minutes=7), now, now)


HOLD = """
import fcntl, sys
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_two_processes_never_look_at_one_feed_at_once(root, make_feed):
    write(root / "mill", several([1]))
    feed = make_feed()
    look(feed)
    lock = str(looking.feed_folder(feed) / "lock")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        other.stdout.readline()
        assert look(feed).state == State.BUSY
        other.kill()
    assert look(feed).state == State.NOTHING


@pytest.mark.parametrize("status", ["uploaded", "previewing", "importing"])
def test_what_a_killed_worker_left_is_put_in_order(root, make_feed, status):
    write(root / "mill", several(range(3)))
    feed = make_feed()
    left = ImportUpload.objects.create(
        by=feed.by, feed=feed, kind="directory", directory=str(root / "mill"), title="mill", status=status
    )

    assert look(feed).run.counts == {"created": 3}
    assert not ImportUpload.objects.filter(pk=left.pk).exists()
    assert Arrival.objects.count() == 1


def test_a_run_that_was_finished_before_the_kill_is_noted_and_not_done_again(root, make_feed):
    write(root / "mill", several(range(3)))
    feed = make_feed()
    left = ImportUpload.objects.create(
        by=feed.by, feed=feed, kind="directory", directory=str(root / "mill"), title="mill", status="importing"
    )
    run = ImportRun.objects.get(pk=preview.run_upload(left, by=feed.by).run)

    assert look(feed).state == State.NOTHING
    left.refresh_from_db()
    assert (left.status, left.run) == ("done", run)
    assert [arrival.run for arrival in Arrival.objects.all()] == [run]
    taking.arrived(feed, run)
    assert Arrival.objects.count() == ImportRun.objects.count() == 1


def test_a_held_upload_outlives_the_cut_of_old_ones(root, make_feed):
    write(root / "mill", several(range(3)))
    feed = make_feed(mode="preview")
    look(feed)
    long_ago = timezone.now() - timedelta(days=1000)
    ImportUpload.objects.update(since=long_ago)

    cut.cut_uploads()

    assert feed.held.get().status == "ready"
    DocumentFeed.objects.all().delete()
    assert not ImportUpload.objects.exists()
