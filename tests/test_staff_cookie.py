"""The cookie that says to scripts that somebody is logged in. It holds no secret."""

import time

import pytest

from newsroom.people.models import StaffSession
from tests.test_sign_in import LOGIN, PAGES, RIGHT

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", PAGES)
def test_a_cookie_without_a_secret_says_that_somebody_is_logged_in(client, editor, settings, page):
    settings.SESSION_COOKIE_SECURE = True

    client.post(page, RIGHT)

    cookie = client.cookies["staff"]
    kept = {name: cookie[name] for name in ("max-age", "path", "secure", "httponly", "samesite")}
    assert (cookie.value, kept) == (
        "1",
        {"max-age": 12 * 3600, "path": "/", "secure": True, "httponly": "", "samesite": "Lax"},
    )


@pytest.mark.parametrize("way_out", ["/desk/logout/", "/admin/logout/"])
def test_it_goes_with_the_login(client, editor, way_out):
    client.post(LOGIN, RIGHT)

    client.post(way_out)

    assert client.cookies["staff"].value == ""


def test_it_goes_when_the_desk_sees_that_the_session_has_ended(client, editor):
    client.post(LOGIN, RIGHT)
    StaffSession.objects.all().delete()

    public = client.get("/")
    desk = client.get("/desk/")

    assert (dict(public.cookies), desk.cookies["staff"].value) == ({}, "")


def test_it_lasts_as_long_as_the_session_that_is_renewed(client, editor):
    client.post(LOGIN, RIGHT)
    again = client.get("/desk/").cookies
    session = client.session
    session["begun"] = time.time() - 2 * 3600
    session.save()

    renewed = client.get("/desk/").cookies

    assert ("staff" in again, renewed["staff"]["max-age"]) == (False, 12 * 3600)
