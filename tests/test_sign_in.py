"""Coming in, staying in, going out."""

import re
import time
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group
from django.db.models import F
from django.test import Client
from django.utils import timezone

from articles import moderation
from newsroom.people.models import StaffSession
from tests.factories import make_article

pytestmark = pytest.mark.django_db
LOGIN, ADMIN_LOGIN = "/desk/login/", "/admin/login/"
PAGES = [LOGIN, ADMIN_LOGIN]
RIGHT, WRONG = {"username": "editors", "password": "password"}, {"username": "editors", "password": "wrong"}


@pytest.fixture
def throttled(settings):
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 3


def is_in(client: Client) -> bool:
    return client.get("/desk/").status_code == 200


# In


def test_staff_log_in_and_are_led_to_the_page_they_asked_for(client, editor):
    asked = client.get("/desk/log/?verb=publish")

    answer = client.post(asked.url, RIGHT)

    assert (asked.url, answer.status_code) == ("/desk/login/?next=/desk/log/%3Fverb%3Dpublish", 302)
    assert answer.url == "/desk/log/?verb=publish"
    assert is_in(client)


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"]
)
def test_a_login_leads_to_no_other_site(client, editor, address):
    assert client.post(LOGIN, RIGHT | {"next": address}).url == "/desk/"


def test_whoever_is_in_needs_no_login(client, editor):
    client.force_login(editor)

    assert client.get(LOGIN + "?next=/desk/imports/runs/").url == "/desk/imports/runs/"


@pytest.mark.parametrize("page", PAGES)
def test_who_works_here_cannot_be_found_out(client, make_user, page):
    """A wrong password, a name that nobody has, an account that is no staff or inactive: the same answer."""
    make_user("Editors", username="editors")
    make_user("Editors", username="former", is_active=False)
    reader = make_user("", username="reader")
    reader.is_staff = False
    reader.save()

    def answer(username, password=RIGHT["password"]):
        page_of = client.post(page, {"username": username, "password": password})
        return page_of.status_code, re.sub(
            r'name="csrfmiddlewaretoken" value="\w+"', "", page_of.content.decode().replace(username, "")
        )

    assert answer("nobody") == answer("former") == answer("reader") == answer("editors", "wrong")
    assert answer("nobody")[0] == 200


@pytest.mark.parametrize("name", ["", "x" * 300, "a\0b", "﹍", "'--"])
@pytest.mark.parametrize("page", PAGES)
def test_a_strange_name_breaks_no_login(client, throttled, page, name):
    assert client.post(page, {"username": name, "password": "p"}).status_code == 200


# Too many attempts


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["editors", "nobody"])
def test_after_some_wrong_passwords_the_right_one_does_not_help(client, editor, throttled, page, name):
    statuses = [client.post(page, {"username": name, "password": "wrong"}).status_code for _ in range(3)]

    answer = client.post(page, {"username": name, "password": "password"})

    assert (statuses, answer.status_code) == ([200, 200, 429], 429)
    assert (answer["Retry-After"], answer["Cache-Control"]) == ("900", "private, no-store")
    assert "For 15 minutes nobody can log in with this name from here" in answer.content.decode()
    assert not is_in(client)


def test_the_lock_is_for_one_name_from_one_address(client, make_user, throttled):
    make_user("Editors", username="editors")
    make_user("Moderators", username="moderators")
    for _ in range(3):
        client.post(LOGIN, WRONG, HTTP_USER_AGENT=f"browser {_}")

    assert client.post(LOGIN, RIGHT).status_code == 429
    assert client.post(LOGIN, {"username": "moderators", "password": "password"}).status_code == 302
    assert Client(REMOTE_ADDR="198.51.100.7").post(LOGIN, RIGHT).status_code == 302


def test_a_lock_ends_after_a_quarter_of_an_hour_whatever_was_tried_meanwhile(client, editor, throttled):
    for _ in range(3):
        client.post(LOGIN, WRONG)

    def after(minutes):
        AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=minutes))
        return client.post(LOGIN, RIGHT).status_code

    assert [after(10), after(4), after(2)] == [429, 429, 302]


def test_the_right_password_begins_the_count_anew(client, editor, throttled):
    for _ in range(3):
        client.post(LOGIN, WRONG)
        client.post(LOGIN, WRONG)
        assert client.post(LOGIN, RIGHT).status_code == 302
        client.post("/desk/logout/")


@pytest.mark.parametrize("header", ["198.51.100.7", "evil, 198.51.100.7", "2001:db8::7", "nonsense", "fe80::1%eth0"])
def test_behind_a_server_its_word_on_the_address_counts(client, editor, throttled, settings, header):
    settings.CLIENT_HEADER = "HTTP_X_FORWARDED_FOR"
    for _ in range(3):
        client.post(LOGIN, WRONG, headers={"X-Forwarded-For": header})

    assert client.post(LOGIN, RIGHT, headers={"X-Forwarded-For": header}).status_code == 429
    assert client.post(LOGIN, RIGHT, headers={"X-Forwarded-For": "203.0.113.1"}).status_code == 302


def test_without_such_a_server_nobody_says_where_they_come_from(client, editor, throttled):
    for number in range(3):
        client.post(LOGIN, WRONG, headers={"X-Forwarded-For": f"198.51.100.{number}"})

    assert client.post(LOGIN, RIGHT, headers={"X-Forwarded-For": "198.51.100.9"}).status_code == 429


def test_no_password_is_kept_of_what_was_tried(client, editor, throttled):
    client.post(LOGIN, {"username": "editors", "password": "a secret of hers"})

    assert "secret" not in str(AccessAttempt.objects.values().get())


# Out


@pytest.mark.parametrize("page", ["/desk/logout/", "/admin/logout/"])
def test_logging_out_ends_the_claims_of_the_person(client, editor, moderator, page):
    mine, theirs = make_article(), make_article()
    moderation.claim(mine, by=editor)
    moderation.claim(theirs, by=moderator)
    client.force_login(editor)

    answer = client.post(page, follow=True)

    for article in (mine, theirs):
        article.refresh_from_db()
    assert (mine.claimed_by, theirs.claimed_by) == (None, moderator)
    assert answer.redirect_chain == [(LOGIN, 302)]
    assert "You are logged out." in answer.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize("page", ["/desk/logout/", "/admin/logout/"])
def test_logging_out_is_no_link(client, editor, page):
    client.force_login(editor)

    assert client.get(page).status_code == 405
    assert is_in(client)


@pytest.mark.parametrize("page", ["/desk/password/", "/admin/password_change/"])
def test_a_new_password_logs_out_everywhere_else(client, editor, page):
    elsewhere = Client()
    elsewhere.force_login(editor)
    client.force_login(editor)
    new = "correct horse battery"

    client.post(page, {"old_password": "password", "new_password1": new, "new_password2": new})

    assert (is_in(client), is_in(elsewhere)) == (True, False)


def test_a_password_set_by_an_administrator_logs_the_person_out(client, make_user):
    boss, editor = make_user("superuser", username="boss"), make_user("Editors")
    client.force_login(editor)
    administrator = Client()
    administrator.force_login(boss)
    new = "correct horse battery"

    administrator.post(
        f"/admin/auth/user/{editor.pk}/password/", {"password1": new, "password2": new, "usable_password": "true"}
    )

    assert not is_in(client)


def test_a_weak_password_or_a_wrong_old_one_changes_nothing(client, editor):
    client.force_login(editor)

    weak = client.post("/desk/password/", {"old_password": "password", "new_password1": "1", "new_password2": "1"})
    wrong = client.post(
        "/desk/password/",
        {"old_password": "x", "new_password1": "correct horse battery", "new_password2": "correct horse battery"},
    )

    assert (weak.status_code, list(weak.context["form"].errors)) == (200, ["new_password2"])
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (200, ["old_password"])
    editor.refresh_from_db()
    assert editor.check_password("password")


@pytest.mark.parametrize("what", ["is_active", "is_staff"])
@pytest.mark.parametrize("page", ["/desk/", "/admin/", "/desk/imports/runs/"])
def test_deactivated_or_no_staff_any_more_is_out_at_the_next_request(client, editor, what, page):
    client.force_login(editor)
    before = client.get(page).status_code
    setattr(editor, what, False)
    editor.save()

    after = client.get(page)

    assert (before, after.status_code) == (200, 302)
    assert after.url.startswith((LOGIN, ADMIN_LOGIN))


def test_a_role_that_was_taken_away_counts_at_the_next_request(client, editor):
    client.force_login(editor)
    before = client.get("/desk/imports/runs/").status_code

    editor.groups.remove(Group.objects.get(name="Editors"))

    assert (before, client.get("/desk/imports/runs/").status_code) == (200, 403)
    assert is_in(client)


# The session


def test_a_session_ends_twelve_hours_after_the_last_work(client, editor, monkeypatch):
    client.force_login(editor)
    session = StaffSession.objects.get()

    assert timedelta(hours=11, minutes=59) < session.expire_date - timezone.now() <= timedelta(hours=12)

    for hours, page, renewed in [(0.5, "/desk/", False), (2, "/", False), (2, "/desk/", True), (2.5, "/desk/", False)]:
        now = time.time() + hours * 3600
        monkeypatch.setattr("newsroom.middleware.time", lambda now=now: now)
        assert ("sessionid" in client.get(page).cookies) == renewed, (hours, page)


def test_the_cookies_are_for_us_alone(client, editor, settings):
    cookie = client.post(LOGIN, RIGHT).cookies["sessionid"]

    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 12 * 3600)
