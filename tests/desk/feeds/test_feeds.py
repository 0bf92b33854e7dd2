"""/desk/feeds/: what people see of feeds, and how they change them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.intake import silence
from articles.intake.looking import look
from articles.models import Arrival, Article, DocumentFeed, ImportRun, KeptEvent, Silence
from tests.factories import make_provider
from tests.importing.documents_by_hand import write
from tests.intake.test_folder import several

pytestmark = pytest.mark.django_db


@pytest.fixture
def importer(client, keeper):
    client.force_login(keeper)
    return client


def values(**fields) -> dict[str, str]:
    return {
        "name": "Mill", "kind": "folder", "mode": "at_once", "minutes": "15", "max_rejected": "20",
        "max_changed": "50", "max_gone": "20", "location": "", "branch": "", "folder": "", "prefix": "",
    } | fields  # fmt: skip


def page(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_feed_is_made_looked_at_and_shown(importer, root, keeper):
    write(root / "mill", several(range(3)))

    answer = importer.post("/desk/feeds/new/", values(location=str(root / "mill"), prefix="mill/"))
    feed = DocumentFeed.objects.get()
    assert answer.url == f"/desk/feeds/{feed.pk}/"
    assert (feed.by, KeptEvent.objects.get().verb) == (keeper, "create")
    importer.post(f"/desk/feeds/{feed.pk}/look/")
    assert set(Article.objects.values_list("path", flat=True)) == {f"mill/{n}.md" for n in range(3)}

    shown = page(importer, f"/desk/feeds/{feed.pk}/")
    assert "1 arrival on 1 day" in shown
    assert "fine" in page(importer, "/desk/feeds/")
    run = feed.runs.get()
    assert f'href="/desk/imports/runs/{run.pk}/"' in shown
    assert f'href="/desk/feeds/{feed.pk}/"' in page(importer, f"/desk/imports/runs/{run.pk}/")
    assert "Nothing has come" not in page(importer, f"/desk/feeds/{feed.pk}/?days=90")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"location": "/etc"}, "no such folder"),
        ({"location": ""}, "Where is it read?"),
        ({"kind": "git", "location": "https://elsewhere.example/a"}, "operator allows"),
        ({"kind": "git", "location": "ext::sh"}, "from its root on"),
        ({"prefix": "../"}, "must be a folder"),
        ({"minutes": "0"}, "least one"),
        ({"max_gone": "101"}, "at most 100"),
        ({"name": ""}, "required"),
        ({"location": "{root}/taken/in"}, "reads there"),
    ],
)
def test_what_a_feed_may_not_be_is_told_and_what_was_typed_stays(importer, root, make_feed, fields, says):
    (root / "taken" / "in").mkdir(parents=True)
    (root / "free").mkdir()
    make_feed(name="Taken", location=str(root / "taken"))
    sent = values(location=str(root / "free"), name="As typed") | fields
    sent["location"] = sent["location"].replace("{root}", str(root))

    answer = importer.post("/desk/feeds/new/", sent)

    shown = answer.content.decode()
    assert says in shown
    assert f'value="{sent["name"]}"' in shown or not sent["name"]
    assert DocumentFeed.objects.count() == 1


def test_a_change_is_logged_and_undone(importer, root, make_feed):
    (root / "mill").mkdir()
    feed = make_feed()

    importer.post(f"/desk/feeds/{feed.pk}/change/", values(location=feed.location, minutes="30", version="1"))
    event = KeptEvent.objects.get()
    assert (event.before, event.after) == ({"minutes": 15}, {"minutes": 30})
    assert "15 → 30" in page(importer, f"/desk/feeds/{feed.pk}/")
    importer.post(f"/desk/feeds/changes/{event.pk}/undo/")

    feed.refresh_from_db()
    assert (feed.minutes, feed.version) == (15, 3)
    assert "was undone already" in importer.post(f"/desk/feeds/changes/{event.pk}/undo/", follow=True).content.decode()


def test_a_stale_save_shows_both_values_and_keeps_what_was_typed(importer, root, make_feed):
    (root / "mill").mkdir()
    feed = make_feed()
    importer.post(f"/desk/feeds/{feed.pk}/change/", values(location=feed.location, minutes="30", version="1"))

    sent = values(location=feed.location, minutes="45", version="1")
    answer = importer.post(f"/desk/feeds/{feed.pk}/change/", sent)

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert '<td data-label="You typed">45</td>' in shown
    assert '<td data-label="It is now">30</td>' in shown
    assert 'value="45"' in shown
    assert 'name="version" value="2"' in shown
    assert importer.post(f"/desk/feeds/{feed.pk}/change/", sent | {"version": ""}).status_code == 422
    assert DocumentFeed.objects.get().minutes == 30
    importer.post(f"/desk/feeds/{feed.pk}/change/", sent | {"version": "2"})
    assert DocumentFeed.objects.get().minutes == 45


def test_a_form_that_was_corrected_is_still_of_the_version_that_was_seen(importer, root, make_feed):
    (root / "mill").mkdir()
    feed = make_feed(version=4)

    wrong = importer.post(
        f"/desk/feeds/{feed.pk}/change/", values(location=feed.location, max_gone="200", version="3")
    ).content.decode()

    assert 'name="version" value="3"' in wrong


def test_a_feed_is_switched_off_and_on_again_unless_another_reads_there(importer, root, make_feed):
    (root / "mill").mkdir()
    feed = make_feed()
    importer.post(f"/desk/feeds/{feed.pk}/switch/", {"on": "0", "version": "1"})
    assert not DocumentFeed.objects.get().is_on
    make_feed(name="Other", location=str(root))

    answer = importer.post(f"/desk/feeds/{feed.pk}/switch/", {"on": "1", "version": "2"}, follow=True)

    assert "It stays off" in answer.content.decode()
    assert not DocumentFeed.objects.get(pk=feed.pk).is_on


def test_a_held_run_is_seen_by_all_who_keep_feeds_and_let_in_by_one_of_them(
    client, root, make_feed, make_user, django_capture_on_commit_callbacks
):
    write(root / "mill", several(range(3)))
    feed = make_feed(mode="preview")
    look(feed)
    upload = feed.held.get()
    other = make_user("Importers", username="other")
    client.force_login(make_user("Moderators", username="decides"))
    assert client.get(f"/desk/imports/{upload.pk}/").status_code == 403
    assert "Look at its preview" not in page(client, "/desk/")

    client.force_login(other)
    assert f'href="/desk/imports/{upload.pk}/"' in page(client, "/desk/")
    assert "this feed asks for a preview first" in page(client, f"/desk/imports/{upload.pk}/")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/desk/imports/{upload.pk}/confirm/")

    run = ImportRun.objects.get()
    assert (run.by, run.feed, run.counts) == (other, feed, {"created": 3})
    assert Arrival.objects.get().run == run
    assert not client.get("/desk/imports/").context["object_list"]


def test_a_held_run_that_only_refuses_can_be_let_in(importer, root, make_feed, django_capture_on_commit_callbacks):
    write(root / "mill", {"a.md": "no document", "b.md": "none either"})
    feed = make_feed()
    look(feed)
    upload = feed.held.get()

    assert "Import now" in page(importer, f"/desk/imports/{upload.pk}/")
    with django_capture_on_commit_callbacks(execute=True):
        importer.post(f"/desk/imports/{upload.pk}/confirm/")

    upload.refresh_from_db()
    assert upload.run.counts == {"rejected": 2}


def test_the_first_page_names_who_is_silent_until_they_send(importer, root, make_feed):
    feed, provider, now = make_feed(), make_provider(name="Quiet"), timezone.now()
    Silence.objects.create(feed=feed, since=now - timedelta(days=9))
    Silence.objects.create(provider=provider, since=now - timedelta(days=9))
    shown = page(importer, "/desk/")
    assert "Silent feed" in shown
    assert "Quiet" in shown
    assert silence.check(now) == []

    Silence.objects.update(closed_at=now)
    assert "Silent" not in page(importer, "/desk/")
