from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db
ROLES = {
    "demo-importer": ["Importers"],
    "demo-moderator": ["Moderators"],
    "demo-editor": ["Editors"],
    "demo-superuser": [],
}


def demo(**options) -> str:
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def test_demo_makes_an_account_per_role_and_prints_passwords_that_open_them():
    passwords = dict(line.split() for line in demo().splitlines()[1:])

    users = User.objects.all()
    assert {user.username: [group.name for group in user.groups.all()] for user in users} == ROLES
    assert all(authenticate(username=name, password=passwords[name]).is_staff for name in ROLES)
    assert [user.username for user in users.filter(is_superuser=True)] == ["demo-superuser"]
    assert len(set(passwords.values())) == 4


def test_demo_again_changes_and_prints_nothing():
    demo()
    before = list(User.objects.values())

    assert demo() == ""
    assert list(User.objects.values()) == before


def test_demo_leaves_a_database_with_accounts_alone(make_user):
    make_user("Editors")

    with pytest.raises(CommandError):
        demo()
    assert User.objects.count() == 1

    demo(force=True)
    assert User.objects.count() == 5
