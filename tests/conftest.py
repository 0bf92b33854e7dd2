from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture
def make_user(db):
    """A user of a role: Moderators, Editors, Importers, superuser, or '' for one without a role."""

    def make(role: str, **fields) -> User:
        name = fields.pop("username", role.lower() or "nobody")
        if role == "superuser":
            return User.objects.create_superuser(name, password="password", **fields)
        user = User.objects.create_user(name, password="password", is_staff=True, **fields)
        if role:
            user.groups.add(Group.objects.get(name=role))
        return user

    return make


@pytest.fixture
def moderator(make_user):
    return make_user("Moderators")


@pytest.fixture
def editor(make_user):
    return make_user("Editors")


@pytest.fixture
def importer(make_user):
    return make_user("Importers")
