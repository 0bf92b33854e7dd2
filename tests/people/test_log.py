"""The log of accounts: what superusers do with people and roles, and how they prove who they are."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, transaction
from django.test import Client

from newsroom.people.models import AccountEvent

pytestmark = pytest.mark.django_db
PERSON = {"username": "new", "password1": "correct horse battery", "password2": "correct horse battery"}


@pytest.fixture
def admin(boss):
    client = Client()
    client.force_login(boss)
    return client


def entries() -> list[tuple]:
    return list(AccountEvent.objects.order_by("pk").values_list("by_name", "verb", "about"))


def change(admin: Client, person: User, **more) -> None:
    form = admin.get(f"/admin/auth/user/{person.pk}/change/").context["adminform"].form
    fields = {name: value for name, value in form.initial.items() if value not in (None, False)} | more
    for moment in ("last_login", "date_joined"):
        fields.pop(moment, None)
    at = person.date_joined
    sent = fields | {"date_joined_0": f"{at:%Y-%m-%d}", "date_joined_1": f"{at:%H:%M:%S}"}
    assert admin.post(f"/admin/auth/user/{person.pk}/change/", sent).status_code == 302


def test_what_a_superuser_does_with_people_and_roles_stands_in_the_log(admin, moderator):
    role = Group.objects.get(name="Editors")
    admin.post("/admin/auth/user/add/", PERSON | {"usable_password": "true"})
    change(admin, moderator, groups=[role.pk], is_superuser="on")
    admin.post(f"/admin/auth/user/{moderator.pk}/password/", PERSON | {"usable_password": "true"})
    admin.post(f"/admin/auth/group/{role.pk}/delete/", {"post": "yes"})

    assert [entry for entry in entries() if entry[1] != "logged in"] == [
        ("boss", "added", "person new"),
        ("boss", "changed", "person moderators"),
        ("boss", "password", "person moderators"),
        ("boss", "deleted", "role Editors"),
    ]
    changed = AccountEvent.objects.get(verb="changed")
    assert (changed.before, changed.after) == (
        {"roles": ["Moderators"], "is_superuser": False},
        {"roles": ["Editors"], "is_superuser": True},
    )


def test_no_password_stands_in_the_log(admin, moderator):
    admin.post("/admin/auth/user/add/", PERSON | {"usable_password": "true"})
    admin.post(f"/admin/auth/user/{moderator.pk}/password/", PERSON | {"usable_password": "true"})

    text = str(list(AccountEvent.objects.values()))

    assert "correct horse" not in text
    assert User.objects.get(username="new").password not in text


def test_nobody_changes_the_log(admin, moderator):
    AccountEvent.objects.create(by_name="boss", verb="added", about="person x")

    for change in (
        lambda: AccountEvent.objects.update(about="person y"),
        lambda: AccountEvent.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()

    assert AccountEvent.objects.get().about == "person x"


def test_the_log_outlives_the_account(admin, boss, moderator):
    AccountEvent.objects.create(by=moderator, by_name="moderators", verb="password", about="person moderators")

    admin.post(f"/admin/auth/user/{moderator.pk}/delete/", {"post": "yes"})

    assert not User.objects.filter(pk=moderator.pk).exists()
    assert "moderators" in admin.get("/desk/accounts/").content.decode()


@pytest.mark.parametrize(
    "query", ["", "?q=boss", "?q=%00", "?before=3", "?before=x", f"?before={'9' * 30}", "?q=nobody"]
)
def test_the_page_shows_the_log_to_superusers(admin, query):
    for number in range(60):
        AccountEvent.objects.create(
            by_name="boss",
            verb="changed",
            about=f"person {number}",
            before={"is_staff": False},
            after={"is_staff": True},
        )

    answer = admin.get(f"/desk/accounts/{query}")

    assert answer.status_code == 200


# The password again


def long_ago(client: Client) -> None:
    session = client.session
    session["logged_in_at"] -= 16 * 60
    session.save()


def test_accounts_and_roles_change_only_for_who_has_just_given_the_password(admin, moderator):
    group = Group.objects.get(name="Editors")
    long_ago(admin)
    paths = [
        *("/admin/auth/user/add/", f"/admin/auth/user/{moderator.pk}/change/", "/admin/auth/user/"),
        *(f"/admin/auth/user/{moderator.pk}/password/", f"/admin/auth/user/{moderator.pk}/delete/"),
        *("/admin/auth/group/add/", f"/admin/auth/group/{group.pk}/change/", f"/admin/auth/group/{group.pk}/delete/"),
        "/admin/axes/accessattempt/",
    ]

    for path in paths:
        answer = admin.post(path, {"post": "yes", "username": "x", "name": "x", "action": "delete_selected"})
        assert answer.url.startswith("/desk/password/again/"), path

    assert admin.get("/admin/auth/user/").status_code == 200
    assert admin.get("/admin/articles/article/").status_code == 200
    assert User.objects.filter(pk=moderator.pk).exists()


def test_what_was_typed_is_there_after_the_password(admin):
    admin.get("/desk/")
    long_ago(admin)
    asked = admin.post("/admin/auth/group/add/", {"name": "Night desk"})

    back = admin.post(asked.url, {"password": "password", "next": "/desk/typed/"})

    assert back.url == "/desk/typed/"
    assert "Night desk" in admin.get(back.url).content.decode()


def test_the_second_password_is_no_way_to_guess_it(admin, monkeypatch):
    monkeypatch.setattr(
        "newsroom.limits.FAILURES", __import__("newsroom.limits").limits.FAILURES._replace(by_address=5)
    )
    long_ago(admin)

    statuses = [admin.post("/desk/password/again/", {"password": "wrong"}).status_code for _ in range(7)]

    assert statuses == [200] * 5 + [429] * 2
