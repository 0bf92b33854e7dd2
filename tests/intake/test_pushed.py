"""What a client has pushed is taken by the same way: at once, or held, and noted once."""

import tarfile
from datetime import timedelta

import pytest
from django.utils import timezone

from articles.importing.uploads.storage import folder_of
from articles.intake.taking import take
from articles.models import Arrival, Article, DocumentFeed, ImportRun, ImportUpload
from tests.importing.documents_by_hand import document, write
from tests.intake.test_folder import several
from tests.intake.test_held import REFUSED

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed(make_feed) -> DocumentFeed:
    return make_feed(kind="push", location="")


def pushed(feed, files: dict[str, str], packed: bool = False, **fields) -> ImportUpload:
    upload = ImportUpload.objects.create(by=feed.by, feed=feed, title="a push", **fields)
    folder = write(folder_of(upload) / "documents", files)
    if packed:
        (folder_of(upload) / "archives").mkdir()
        with tarfile.open(folder_of(upload) / "archives" / "a.tar.gz", "w:gz") as archive:
            archive.add(folder, arcname=".")
        for file in folder.iterdir():
            file.unlink()
    return upload


@pytest.mark.parametrize("packed", [False, True])
def test_documents_and_archives_are_imported_at_once_and_their_files_deleted(feed, packed):
    DocumentFeed.objects.update(prefix="mill/")
    feed.refresh_from_db()

    upload = take(pushed(feed, several(range(3)), packed))

    assert (upload.status, upload.run.counts) == ("done", {"created": 3})
    assert (upload.run.channel, upload.run.feed, upload.run.by) == ("push", feed, feed.by)
    assert set(Article.objects.values_list("path", flat=True)) == {f"mill/{n}.md" for n in range(3)}
    assert not folder_of(upload).exists()


def test_a_push_is_an_arrival_only_if_something_is_new(feed):
    now = timezone.now()
    for files in (several([1]), several([1]), several([1], secured="x"), {"x.md": REFUSED}, several([1], heat="8")):
        take(pushed(feed, files), now=now)

    runs = list(ImportRun.objects.order_by("pk"))
    assert [arrival.run for arrival in Arrival.objects.order_by("pk")] == [runs[0], runs[2], runs[4]]
    feed.refresh_from_db()
    assert feed.last_arrival_at == now


def test_taking_a_push_again_does_nothing_twice(feed):
    upload = pushed(feed, several([1]))
    take(upload)

    again = take(ImportUpload.objects.get(pk=upload.pk))

    assert again.run == upload.run
    assert ImportRun.objects.count() == Arrival.objects.count() == 1


@pytest.mark.parametrize("status", ["previewing", "importing"])
def test_a_push_at_work_is_left_alone_until_its_process_has_died(feed, status):
    upload = pushed(feed, several([1]), status=status)
    assert take(upload).status == status

    ImportUpload.objects.update(since=timezone.now() - timedelta(hours=1))
    upload.refresh_from_db()
    assert take(upload).status == "done"


@pytest.mark.parametrize(
    ("rejected", "of", "status"), [(1, 1, "done"), (4, 20, "done"), (5, 20, "ready"), (19, 19, "done")]
)
def test_a_share_of_few_documents_says_nothing(feed, rejected, of, status):
    files = several(range(of)) | {f"{n}.md": REFUSED for n in range(rejected)}

    upload = take(pushed(feed, files))

    assert upload.status == status
    assert upload.notice == ("held: 25 % of its documents would be rejected (limit 20 %)" if status == "ready" else "")


def test_a_push_may_change_as_many_documents_as_it_holds_only_up_to_the_limit(feed):
    take(pushed(feed, several(range(30))))

    assert take(pushed(feed, several(range(19), heat="9"))).status == "done"
    assert take(pushed(feed, several(range(30), heat="11"))).notice == (
        "held: 100 % of its known documents would change (limit 50 %)"
    )


def test_a_feed_that_asks_first_holds_each_push_and_the_next_ones_too(make_feed):
    feed = make_feed(kind="push", location="", mode="preview")

    held = [take(pushed(feed, {f"{n}.md": document(webUrl=f"https://mill.example/{n}")})) for n in range(2)]

    assert [(one.status, one.notice) for one in held] == [("ready", "this feed asks for a preview first")] * 2
    assert not Article.objects.exists()
