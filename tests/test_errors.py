"""Errors of the desk and the admin stay in the frame of the desk; those of public pages, and of strangers, do not."""

import pytest
from django.urls import reverse

from articles.desk.dashboard.views import Dashboard

FRAME = 'aria-label="Desk"'


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/desk/articles/99/", 404),
        ("/desk/nowhere/", 404),
        ("/admin/nowhere/", 404),
        ("/desk/imports/", 403),
        ("/admin/auth/user/", 403),
        ("/desk/bulk/selection/?action=nonsense&selected=1:1", 400),
    ],
)
def test_staff_keep_the_navigation_and_read_what_to_do_next(client, moderator, path, status):
    client.force_login(moderator)

    answer = client.get(path)

    assert (answer.status_code, FRAME in answer.text) == (status, True)
    assert f'<a class="button" href="{reverse("desk")}">To the desk</a>' in answer.text


@pytest.mark.django_db
def test_public_errors_and_strangers_get_the_page_of_the_site(client, moderator):
    stranger = client.get("/desk/nowhere/")
    client.force_login(moderator)
    public = client.get("/nowhere/")

    assert (stranger.status_code, FRAME in stranger.text) == (404, False)
    assert (public.status_code, FRAME in public.text) == (404, False)


def test_a_page_that_breaks_asks_nothing_of_the_database(client, monkeypatch):
    def breaks(*args, **kwargs):
        raise RuntimeError("broken")

    client.raise_request_exception = False
    monkeypatch.setattr(Dashboard, "dispatch", breaks)
    monkeypatch.setattr("newsroom.middleware.sliding_sessions", lambda get_response: get_response)

    answer = client.get("/desk/")

    assert (answer.status_code, "Something is broken" in answer.text) == (500, True)
    assert "To the desk" in answer.text
