"""What is odd is held: a person lets it in or discards it, and nothing else does."""

import pytest
from django.db import transaction

from articles.importing.uploads.preview import Status, change_status, discard_upload
from articles.intake import taking
from articles.intake.looking import NEWER, State, look
from articles.models import Arrival, Article, ImportRun, ImportUpload
from tests.importing.documents_by_hand import document, write
from tests.intake.test_folder import several

pytestmark = pytest.mark.django_db

REFUSED = document(title=None, webUrl=None)


def confirm(feed, by, status=Status.DONE) -> ImportUpload:
    upload = feed.held.get(status="ready")
    assert change_status(upload, Status.READY, Status.CONFIRMED, notice="")
    taking.let_in(upload, by)
    assert upload.status == status
    return upload


def discard(feed) -> None:
    upload = feed.held.get(status="ready")
    assert change_status(upload, Status.READY, Status.CANCELLED)
    discard_upload(upload)


@pytest.mark.parametrize(
    ("refused", "state"), [(1, State.IMPORTED), (2, State.IMPORTED), (3, State.HELD), (10, State.HELD)]
)
def test_more_rejected_than_the_limit_is_held_and_exactly_the_limit_is_not(root, make_feed, refused, state):
    write(root / "mill", several(range(10)) | {f"{n}.md": REFUSED for n in range(refused)})

    found = look(make_feed())

    assert found.state == state
    assert state == State.IMPORTED or found.says == (
        f"held: {refused * 10} % of its documents would be rejected (limit 20 %)"
    )


def test_what_was_refused_before_for_the_same_reason_does_not_count(root, make_feed, keeper):
    write(root / "mill", several(range(3)) | {"a.md": REFUSED, "b.md": REFUSED})
    feed = make_feed()
    look(feed)
    confirm(feed, keeper)
    write(root / "mill", several([1], heat="9"))

    assert look(feed).run.counts == {"updated": 1, "unchanged": 2, "rejected": 2}


@pytest.mark.parametrize(("changed", "state"), [(5, State.IMPORTED), (6, State.HELD)])
def test_more_changed_than_the_limit_is_held(root, make_feed, changed, state):
    write(root / "mill", several(range(10)))
    feed = make_feed()
    look(feed)
    write(root / "mill", several(range(changed), heat="9") | several(range(20, 40)))

    found = look(feed)

    assert found.state == state
    assert state == State.IMPORTED or found.says == "held: 60 % of its known documents would change (limit 50 %)"


def test_a_renewed_payload_is_no_changed_fact(root, make_feed):
    write(root / "mill", several(range(10)))
    feed = make_feed()
    look(feed)
    write(root / "mill", several(range(10), secured="0123456789abcdef"))

    found = look(feed)

    assert found.state == State.IMPORTED
    assert (found.run.counts, found.run.details["renewed"]) == ({"unchanged": 10}, {"payload": 10})


@pytest.mark.parametrize(("gone", "state"), [(2, State.IMPORTED), (3, State.HELD)])
def test_more_gone_than_the_limit_is_held_whatever_else_came(root, make_feed, gone, state):
    write(root / "mill", several(range(10)))
    feed = make_feed()
    look(feed)
    for number in range(gone):
        (root / "mill" / f"{number}.md").unlink()
    write(root / "mill", several(range(20, 40)))

    found = look(feed)

    assert found.state == state
    assert state == State.IMPORTED or found.says == "held: 30 % of its known documents are gone (limit 20 %)"


def test_renamed_documents_are_neither_gone_nor_changed(root, make_feed):
    write(root / "mill", several(range(10)))
    feed = make_feed()
    look(feed)
    for file in (root / "mill").iterdir():
        file.rename(file.with_name(f"new-{file.name}"))

    assert look(feed).run.counts == {"updated": 10}


def test_a_limit_of_100_never_holds(root, make_feed):
    write(root / "mill", several(range(3)))
    feed = make_feed(max_rejected=100, max_changed=100, max_gone=100)
    look(feed)
    for number in range(3):
        (root / "mill" / f"{number}.md").unlink()
    write(root / "mill", {"x.md": REFUSED})

    assert look(feed).state == State.IMPORTED


def test_a_held_run_waits_for_a_person_while_newer_content_comes(root, make_feed, keeper, editor):
    write(root / "mill", several(range(3)))
    feed = make_feed(mode="preview")

    found = look(feed)
    assert (found.state, found.says) == (State.HELD, "this feed asks for a preview first")
    assert [look(feed).state for _ in range(3)] == [State.WAITS] * 3
    write(root / "mill", several([7]))
    assert [look(feed).state for _ in range(2)] == [State.WAITS] * 2
    assert not Article.objects.exists()
    upload = feed.held.get()
    assert upload.notice == f"this feed asks for a preview first {NEWER}"

    # What is there now is another import than the one that was seen.
    confirm(feed, editor, Status.READY)
    assert not Article.objects.exists()
    upload = confirm(feed, editor)
    assert (upload.run.by, upload.run.feed, upload.run.channel) == (editor, feed, "feed")
    assert upload.run.counts == {"created": 4}
    assert [arrival.run for arrival in Arrival.objects.all()] == [upload.run]
    assert look(feed).state == State.NOTHING
    assert ImportRun.objects.count() == 1


def test_what_was_discarded_is_offered_again_only_when_it_changes(root, make_feed):
    write(root / "mill", several(range(3)))
    feed = make_feed(mode="preview")
    look(feed)
    discard(feed)

    assert look(feed).state == State.NOTHING
    (root / "mill" / "1.md").touch()
    assert look(feed).state == State.NOTHING
    write(root / "mill", several([1], heat="7"))
    assert look(feed).state == State.HELD
    assert not Article.objects.exists()


@pytest.mark.parametrize("status", ["ready", "confirmed", "importing", "failed", "uploaded", "previewing"])
def test_a_held_run_passes_by_no_look_whatever_was_killed(root, make_feed, status):
    write(root / "mill", several(range(3)))
    feed = make_feed(mode="preview")
    look(feed)
    feed.held.update(status=status)
    write(root / "mill", several([5]))

    assert [look(feed).state for _ in range(3)] == [State.WAITS] * 3
    with transaction.atomic():
        assert taking.take(feed.held.get()).status == status
    assert not Article.objects.exists()


def test_a_preview_that_would_change_nothing_holds_nobody_up(root, make_feed, keeper):
    write(root / "mill", several(range(3)))
    feed = make_feed(mode="preview")
    look(feed)
    confirm(feed, keeper)
    (root / "mill" / "1.md").unlink()
    feed.max_gone = 100
    feed.save()

    assert look(feed).run.counts == {"unchanged": 2}
