"""The groups in the database and the two tables that tell people about them say what articles/roles.py says."""

import re

import pytest
from django.contrib.auth.models import Group

from articles.roles import ROLES
from tests.conftest import ROOT


@pytest.mark.django_db
def test_the_migrations_make_exactly_the_groups_of_the_roles():
    groups = {
        group.name: {
            f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.select_related("content_type")
        }
        for group in Group.objects.all()
    }

    assert groups == {role.name: role.permissions for role in ROLES}


@pytest.mark.parametrize("path", ["README.md", "docs/operating.md"])
def test_a_table_of_the_roles_says_what_each_may(path):
    tables = re.findall(r"^\| role \| may \|\n\|---\|---\|\n((?:\|.*\n)+)", (ROOT / path).read_text(), re.MULTILINE)

    assert tables == ["".join(f"| {role.name} | {role.may} |\n" for role in ROLES)]
