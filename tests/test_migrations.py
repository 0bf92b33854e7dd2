import ast
import sys
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from articles import moderation
from articles.models import Article, Event, Reason
from tests.conftest import ROOT
from tests.database_objects import database_objects
from tests.factories import make_article, make_image, make_topic

OURS = ("articles", "providers")
MIGRATIONS = [path for app in OURS for path in sorted((ROOT / app / "migrations").glob("[0-9]*.py"))]


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_a_migration_holds_all_that_it_does(path):
    """It imports no code of ours: that may be another, or gone, when the migration runs."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module if not node.level else "." for node in nodes if isinstance(node, ast.ImportFrom)}

    assert {module.split(".")[0] for module in modules} <= {"django", *sys.stdlib_module_names}


@pytest.mark.django_db(transaction=True)
def test_migrations_run_backwards_and_forwards_with_data(make_user):
    fill(make_user)
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    roles, objects = permissions_of_groups(), database_objects()

    try:
        for app in OURS:
            call_command("migrate", app, "zero", verbosity=0)
        tables = set(connection.introspection.table_names())
        assert not {table for table in tables if table.startswith(OURS)}
        assert not Group.objects.filter(user=None).exists()
    finally:
        call_command("migrate", verbosity=0)

    assert MigrationExecutor(connection).migration_plan(leaves) == []
    assert permissions_of_groups() == roles
    assert database_objects() == objects
    assert make_article().state == "pending"


@pytest.mark.django_db(transaction=True)
def test_people_keep_their_role_and_events_their_reason_when_the_roles_are_migrated_back_and_forth(make_user):
    article = fill(make_user)
    roles = permissions_of_groups()

    try:
        call_command("migrate", "articles", "0002", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)

    assert Article.objects.get(pk=article.pk).title == article.title
    assert Event.objects.filter(article=article).count() == 2
    assert permissions_of_groups() == roles
    assert User.objects.get(username="moderators").groups.get().name == "Moderators"


def fill(make_user) -> Article:
    """Rows in every corner: pictures, topics, related links, a review, a withdrawal with a reason, an old slug."""
    topic = make_topic("Child", parent=make_topic("Parent"))
    article = make_article(topics=[topic], images=[make_image()], related=[{"quality": 3}], heat=7)
    moderation.publish(article, by=make_user("Moderators"), version=1)
    moderation.edit(article, by=make_user("Editors"), version=2, slug="another-name")
    withdrawn = make_article(published=True, published_at=datetime(2020, 1, 1, tzinfo=UTC))
    moderation.withdraw(
        withdrawn, by=make_user("superuser"), version=1, why=moderation.Why(Reason.objects.first(), "wrong")
    )
    return article


def permissions_of_groups() -> dict[str, set[str]]:
    return {
        group.name: {
            f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.select_related("content_type")
        }
        for group in Group.objects.all()
    }


@pytest.mark.django_db
def test_the_roles_hold_what_their_people_need_and_no_more():
    roles = permissions_of_groups()

    assert set(roles) == {"Moderators", "Editors", "Importers"}
    assert roles["Moderators"] < roles["Editors"]
    assert "articles.moderate_article" not in roles["Importers"]
    assert not any(code.split(".")[0] == "auth" for role in roles.values() for code in role)
    assert not any("event" in code and "view" not in code for role in roles.values() for code in role)


@pytest.mark.django_db
def test_every_permission_of_a_role_exists_in_its_app():
    known = {f"{p.content_type.app_label}.{p.codename}" for p in Permission.objects.select_related("content_type")}

    given = set().union(*permissions_of_groups().values())

    assert given <= known
    assert {code.split(".")[0] for code in given} <= {app.label for app in apps.get_app_configs()}
