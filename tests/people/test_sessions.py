"""Sessions: whose they are, when they end, and who ends them."""

import time

import pytest
from django.conf import settings as configured
from django.test import Client

from newsroom.people.models import AccountEvent, StaffSession
from newsroom.people.sessions import device_of
from tests.people.codes import RIGHT

pytestmark = pytest.mark.django_db


def is_in(client: Client) -> bool:
    return client.get("/desk/").status_code == 200


def at(client: Client, hours: float, monkeypatch) -> None:
    """The clock, so many hours after the login of this client."""
    moment = client.session["logged_in_at"] + hours * 3600
    for module in ("newsroom.middleware", "newsroom.people.sessions", "newsroom.people.again"):
        monkeypatch.setattr(f"{module}.time", lambda: moment)


def test_a_session_ends_a_day_after_the_login_whatever_was_done_meanwhile(at_desk, monkeypatch):
    stolen = Client()
    stolen.cookies = at_desk.cookies
    for hours in (6, 12, 18, 23.9):
        at(at_desk, hours, monkeypatch)
        assert is_in(at_desk), hours

    at(at_desk, 24.1, monkeypatch)

    assert not is_in(stolen)
    assert StaffSession.objects.count() == 0


def test_a_login_at_the_same_browser_begins_the_day_anew(at_desk):
    session = at_desk.session
    session["logged_in_at"] = time.time() - 23 * 3600
    session.save()

    at_desk.post("/desk/logout/")
    at_desk.post("/desk/login/", RIGHT)

    assert time.time() - at_desk.session["logged_in_at"] < 60


@pytest.mark.parametrize("how", ["one", "others"])
def test_a_person_ends_a_session_on_another_device(at_desk, editor, how):
    stolen = Client()
    stolen.post("/desk/login/", RIGHT)
    page = at_desk.get("/desk/account/").content.decode()
    name = page.partition('name="session" value="')[2].partition('"')[0]

    at_desk.post("/desk/account/sessions/", {"session": name} if how == "one" else {"others": "1"})

    assert (is_in(at_desk), is_in(stolen)) == (True, False)
    assert AccountEvent.objects.get(verb="ended").after == {"sessions": 1}


def test_nobody_ends_the_session_of_somebody_else(at_desk, moderator):
    theirs = Client()
    theirs.force_login(moderator)
    page = theirs.get("/desk/account/").content.decode()
    assert 'name="session"' not in page
    other = Client()
    other.force_login(moderator)
    name = theirs.get("/desk/account/").content.decode().partition('name="session" value="')[2].partition('"')[0]

    at_desk.post("/desk/account/sessions/", {"session": name})
    at_desk.post("/desk/account/sessions/", {"others": "1"})

    assert is_in(theirs)
    assert is_in(other)


def test_the_page_of_the_account_shows_no_key_of_a_session(at_desk):
    Client().post("/desk/login/", RIGHT)

    page = at_desk.get("/desk/account/").content.decode()

    assert "Firefox on Linux" in page
    assert not any(row.session_key in page for row in StaffSession.objects.all())


def test_a_logout_elsewhere_and_a_lost_role_end_a_stolen_cookie(at_desk, editor):
    stolen = Client()
    stolen.cookies = at_desk.cookies.copy()
    editor.groups.clear()
    assert stolen.get("/desk/queue/").status_code == 403

    at_desk.post("/desk/logout/")

    assert not is_in(stolen)


def test_an_address_is_kept_where_that_is_wanted(client, editor, settings):
    client.post("/desk/login/", RIGHT)
    assert StaffSession.objects.get().address is None

    settings.LOG_ADDRESSES = True
    Client(REMOTE_ADDR="198.51.100.7").post("/desk/login/", RIGHT)

    assert StaffSession.objects.filter(address="198.51.100.7").count() == 1


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("", "Unknown browser"),
    ],
)
def test_a_device_has_the_name_that_people_give_it(agent, device):
    assert device_of(agent) == device


def test_sessions_are_kept_with_their_owner():
    assert configured.SESSION_ENGINE == "newsroom.people.sessions"
