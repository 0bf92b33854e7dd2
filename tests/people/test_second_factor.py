"""The second factor: set up, asked for, used once, lost, and required of roles."""

import re

import pytest
from axes.models import AccessAttempt
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from newsroom.people import second_factor
from newsroom.people.models import AccountEvent, StaffSession
from tests.people.codes import RIGHT, code, set_up

pytestmark = pytest.mark.django_db
LOGIN, CODE, SET_UP = "/desk/login/", "/desk/login/code/", "/desk/account/factor/"


def is_in(client: Client) -> bool:
    return client.get("/desk/").status_code == 200


def forget_the_wait():
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)


def test_a_password_alone_lets_nobody_in_who_has_a_second_factor(client, with_app):
    answer = client.post(LOGIN, RIGHT | {"next": "/desk/log/"})

    assert (answer.status_code, answer.url) == (302, "/desk/login/code/?next=%2Fdesk%2Flog%2F")
    assert not is_in(client)
    page = client.get(answer.url).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    again = client.post(answer.url, hidden | {"code": code(with_app)})
    assert (again.status_code, again.url, is_in(client)) == (302, "/desk/log/", True)


def test_the_second_step_needs_the_first(client, with_app):
    answer = client.post(CODE, {"code": code(with_app)})

    assert (answer.status_code, answer.url) == (302, "/desk/login/?next=%2Fdesk%2F")
    assert not is_in(client)


def test_the_first_step_counts_for_five_minutes_and_for_this_password(client, editor, with_app):
    client.post(LOGIN, RIGHT)
    session = client.session
    pk, backend, auth_hash, at = session["half_in"]
    for half_in in ([pk, backend, auth_hash, at - 301], [pk, backend, "another", at], [pk, "os.system", auth_hash, at]):
        session["half_in"] = half_in
        session.save()
        assert client.post(CODE, {"code": code(with_app)}).url == "/desk/login/?next=%2Fdesk%2F"

    assert not is_in(client)


def test_a_code_counts_once(with_app):
    first, second = Client(), Client()
    now = code(with_app)
    for client in (first, second):
        client.post(LOGIN, RIGHT)

    first.post(CODE, {"code": now})
    answer = second.post(CODE, {"code": now})

    assert (is_in(first), is_in(second), answer.status_code) == (True, False, 200)
    assert "used already" in answer.content.decode()


def test_ten_wrong_codes_lock_the_name_out_from_this_address(client, with_app, settings):
    settings.AXES_ENABLED = True
    client.post(LOGIN, RIGHT)

    statuses = []
    for _ in range(10):
        forget_the_wait()
        statuses.append(client.post(CODE, {"code": "000000"}).status_code)

    assert statuses == [200] * 7 + [429] * 3
    forget_the_wait()
    assert client.post(CODE, {"code": code(with_app)}).status_code == 429
    assert client.post(LOGIN, RIGHT).status_code == 429
    assert not is_in(client)
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    elsewhere.post(LOGIN, RIGHT)
    elsewhere.post(CODE, {"code": code(with_app)})
    assert is_in(elsewhere)
    assert AccountEvent.objects.filter(verb="locked out").count() == 1
    assert "000000" not in str(list(AccessAttempt.objects.values()))


def test_after_a_wrong_code_the_next_one_has_to_wait(client, with_app):
    client.post(LOGIN, RIGHT)
    client.post(CODE, {"code": "000000"})

    answer = client.post(CODE, {"code": code(with_app)})

    assert re.search(r"try again in \d+ s", answer.content.decode())
    assert not is_in(client)


def test_a_recovery_code_lets_in_once(editor, with_app):
    recovery = second_factor.new_codes(editor)[3]
    clients = [Client(), Client()]
    for client in clients:
        client.post(LOGIN, RIGHT)
        client.post(CODE, {"code": f" {recovery.lower()} "})

    assert [is_in(client) for client in clients] == [True, False]
    assert second_factor.codes_left(editor) == 9
    assert AccountEvent.objects.filter(verb="code used", about="person editors").count() == 1


def test_a_code_of_somebody_else_is_wrong(client, editor, moderator, with_app):
    theirs, recovery = set_up(moderator), second_factor.new_codes(moderator)[0]
    client.post(LOGIN, RIGHT)

    for wrong in (code(theirs), recovery):
        forget_the_wait()
        client.post(CODE, {"code": wrong})

    assert not is_in(client)


def test_no_code_is_kept_as_it_is(editor):
    codes = second_factor.new_codes(editor)

    kept = [token.token for token in second_factor.StaticDevice.objects.get().token_set.all()]

    assert len(set(codes)) == len(set(kept)) == 10
    assert not any(token in shown.replace("-", "") for token in kept for shown in codes)


# Set up


def test_an_app_counts_after_its_first_code_and_logs_out_everywhere_else(at_desk, editor):
    elsewhere = Client()
    elsewhere.force_login(editor)

    page = at_desk.get(SET_UP).content.decode()
    device = TOTPDevice.objects.get()
    wrong = at_desk.post(SET_UP, {"code": "123456"})
    forget_the_wait()
    before = second_factor.has_factor(editor)
    right = at_desk.post(SET_UP, {"code": code(device)}).content.decode()

    assert second_factor.secret_of(device) in page
    assert "<svg" in page
    assert (wrong.status_code, before, second_factor.has_factor(editor)) == (200, False, True)
    assert len(re.findall(r"<li><code>(?:[A-Z2-7]{4}-){5}[A-Z2-7]{4}</code>", right)) == 10
    assert (is_in(at_desk), is_in(elsewhere)) == (True, False)
    assert AccountEvent.objects.filter(verb="factor", by=editor).exists()


def test_without_a_recent_password_no_way_in_changes(at_desk, editor, with_app):
    session = at_desk.session
    session["logged_in_at"] -= 16 * 60
    session.save()

    for path in (SET_UP, "/desk/account/factor/remove/", "/desk/account/codes/"):
        answer = at_desk.post(path, {"code": "123456"})
        assert answer.url.startswith("/desk/password/again/"), path

    assert second_factor.has_factor(editor)
    assert at_desk.post("/desk/password/again/", {"password": "wrong", "next": SET_UP}).status_code == 200
    assert at_desk.post("/desk/password/again/", {"password": "password", "next": SET_UP}).url == SET_UP
    assert at_desk.get(SET_UP).status_code == 200


def test_a_superuser_removes_the_factor_of_who_has_lost_it(client, boss, editor, with_app):
    theirs = Client()
    theirs.force_login(editor)
    client.force_login(boss)

    client.post("/admin/auth/user/", {"action": "remove_factor", "_selected_action": [editor.pk]})

    assert not second_factor.has_factor(editor)
    assert not is_in(theirs)
    assert AccountEvent.objects.filter(verb="no factor", by=boss, about="person editors").exists()


@pytest.mark.parametrize(("name", "status"), [("nobody", 2), ("moderators", 2), ("editors", 0)])
def test_the_command_line_removes_the_factor_of_the_last_superuser(editor, moderator, with_app, name, status):
    try:
        call_command("remove_second_factor", name)
        got = 0
    except CommandError as error:
        got = error.returncode

    assert (got, second_factor.has_factor(editor)) == (status, status != 0)


# Required


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR = ["Editors", "superusers"]


@pytest.mark.parametrize("path", ["/desk/", "/desk/queue/", "/admin/", "/desk/log.json", "/desk/here/?path=/"])
def test_whose_role_needs_a_factor_gets_no_further_without_one(client, editor, required, path):
    client.force_login(editor)

    assert client.get(path).url == SET_UP
    assert client.post("/desk/queue/next/").status_code == 403
    assert client.get(SET_UP).status_code == 200
    assert client.get("/").status_code == 200


def test_other_roles_need_none(client, moderator, required):
    client.force_login(moderator)

    assert is_in(client)


def test_who_must_have_a_factor_cannot_remove_it(editor, with_app, required):
    client = Client()
    client.post(LOGIN, RIGHT)
    client.post(CODE, {"code": code(with_app)})

    answer = client.post("/desk/account/factor/remove/")

    assert (answer.status_code, second_factor.has_factor(editor), is_in(client)) == (403, True, True)


def test_a_session_from_before_the_factor_is_no_way_around_it(client, editor, required):
    client.force_login(editor)
    set_up(editor)

    assert client.get("/desk/queue/").url == SET_UP
    assert StaffSession.objects.filter(user=editor).count() == 1


# Of one's own


def test_new_recovery_codes_replace_the_old_ones(with_app, editor):
    client = Client()
    client.post(LOGIN, RIGHT)
    client.post(CODE, {"code": code(with_app)})
    old = second_factor.new_codes(editor)[0]

    page = client.post("/desk/account/codes/").content.decode()

    assert len(re.findall(r"<li><code>", page)) == 10
    assert old not in page
    assert second_factor.fits(editor, old) is None
    assert second_factor.codes_left(editor) == 10


def test_who_removes_the_factor_is_logged_out_elsewhere(with_app, editor):
    clients = [Client(), Client()]
    for step, client in enumerate(clients):
        client.post(LOGIN, RIGHT)
        client.post(CODE, {"code": code(with_app, later=step)})

    clients[0].post("/desk/account/factor/remove/")

    assert [is_in(client) for client in clients] == [True, False]
    assert not second_factor.has_factor(editor)
    assert AccountEvent.objects.filter(verb="no factor", by=editor).exists()


def test_without_an_app_there_are_no_recovery_codes(at_desk, editor):
    assert at_desk.post("/desk/account/codes/").status_code == 403
    assert second_factor.codes_left(editor) == 0
