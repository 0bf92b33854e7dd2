"""manage.py feeds: for operators, and for sites without a worker."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.models import Arrival, DocumentFeed, ImportRun, KeptEvent, Silence
from tests.importing.documents_by_hand import write
from tests.intake.test_folder import several

pytestmark = pytest.mark.django_db


@pytest.fixture
def feeds(capsys):
    """Runs the command, and returns its status and what it said."""

    def run(*words: str) -> tuple[int, str]:
        status = 0
        try:
            call_command("feeds", *words)
        except SystemExit as end:
            status = int(end.code or 0)
        return status, capsys.readouterr().out

    return run


def test_a_feed_is_added_looked_at_and_listed(root, keeper, feeds):
    write(root / "mill", several(range(3)))
    words = ["--kind", "folder", "--location", str(root / "mill"), "--minutes", "5", "--by", keeper.username]

    assert feeds("--add", "Mill", *words) == (0, "added Mill\n")
    assert feeds("--look") == (
        0,
        "Mill: imported: run 1 (3 created)\n".replace("1", str(ImportRun.objects.get().pk), 1),
    )
    assert feeds("--look", "Mill") == (0, "Mill: nothing new\n")
    assert feeds()[1].startswith(f"fine   Mill (folder, {root / 'mill'})\n")
    feed = DocumentFeed.objects.get()
    assert (feed.minutes, feed.by, feed.mode) == (5, keeper, "at_once")
    assert (KeptEvent.objects.get().channel, KeptEvent.objects.get().by) == ("command", keeper)


@pytest.mark.parametrize(
    "words",
    [
        ["--add", "Mill"],
        ["--add", "Mill", "--kind", "folder", "--location", "{root}/mill", "--by", "nobody"],
        ["--add", "Mill", "--kind", "folder", "--location", "/etc", "--by", "importers"],
        ["--add", "Mill", "--kind", "folder", "--by", "importers"],
        ["--add", "Mill", "--kind", "git", "--location", "ext::id", "--by", "importers"],
        ["--add", "Mill", "--kind", "folder", "--location", "{root}/mill/in", "--by", "importers"],
        ["--add", "Taken", "--kind", "folder", "--location", "{root}/free", "--by", "importers"],
        ["--add", "Mill", "--kind", "folder", "--location", "{root}/free", "--minutes", "0", "--by", "importers"],
        ["--look", "Nowhere"],
        ["--look", "--at", "yesterday"],
        ["--look", "--at", "2021-07-18T12:00"],
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(root, make_feed, feeds, words):
    (root / "mill" / "in").mkdir(parents=True)
    (root / "free").mkdir()
    make_feed(name="Taken")

    with pytest.raises(CommandError):
        feeds(*(word.replace("{root}", str(root)) for word in words))
    assert DocumentFeed.objects.count() == 1


def test_the_status_says_whether_a_feed_is_held_or_cannot_be_read(root, make_feed, feeds):
    write(root / "mill", several(range(3)))
    make_feed(mode="preview")
    assert feeds("--look") == (1, "Mill: held: this feed asks for a preview first\n")
    assert feeds("--look") == (1, "Mill: waits: this feed asks for a preview first\n")
    make_feed(name="Away", location=str(root / "away"))
    assert feeds("--look", "Away")[0] == 1
    assert "late   Away" in feeds()[1]


def test_a_history_is_replayed_at_its_own_moments(root, make_feed, feeds):
    feed = make_feed()
    begin = datetime(2021, 7, 1, 12, tzinfo=UTC)
    for day in range(12):
        write(root / "mill", several([day]))
        feeds("--look", "--at", (begin + timedelta(days=day)).isoformat())
    silent = feeds("--look", "--at", "2021-07-16T14:00+02:00")[1]

    arrivals = list(Arrival.objects.order_by("at").values_list("at", flat=True))
    assert arrivals == [begin + timedelta(days=day) for day in range(12)]
    assert silent == "Mill: nothing new\nsilent Mill: nothing since 2021-07-12 12:00\n"
    feed.refresh_from_db()
    assert feed.next_look_at == datetime(2021, 7, 16, 12, 15, tzinfo=UTC)
    assert timezone.localtime(Silence.objects.get().raised_at).day == 16
