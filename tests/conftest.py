import gc
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import blocking_manager_key

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
CORPUS = Path(os.environ.get("NEWSROOM_CORPUS", ROOT.parent / "shared" / "corpus"))
NO_CORPUS = "the corpus is not here: NEWSROOM_CORPUS says where it is"

# Helpers assert, too, and a failure of theirs is to say as much as one of a test.
pytest.register_assert_rewrite(*(f"tests.{file.parent.name}" for file in Path(__file__).parent.glob("*/__init__.py")))

# A law is broken by an example, not by a machine that is slow for a moment.
hypothesis_settings.register_profile("newsroom", deadline=None)
hypothesis_settings.load_profile("newsroom")


@pytest.fixture(scope="session")
def seeds() -> Path:
    return SEEDS


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The real documents, which are no part of the project."""
    if not CORPUS.is_dir():
        pytest.skip(NO_CORPUS)
    return CORPUS


@pytest.fixture(scope="session", autouse=True)
def leave_no_files():
    """What lies beside the test database on SQLite, such as the lock of the import, goes with it."""
    yield
    database = Path(settings.DATABASES["default"]["TEST"]["NAME"])
    for file in database.parent.glob(f"{database.name}*") if database.is_absolute() else ():
        file.unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def empty_cache():
    """No page shows a test what another one has left in the cache."""
    cache.clear()


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


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What is done in it is as good as committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def pytest_addoption(parser):
    parser.addoption(
        "--asks-the-database", action="store_true", help="leave out tests of what no database is asked for"
    )


def pytest_collection_finish():
    """Spare the garbage collector what stays to the end anyway, a tenth of the time of the tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def pytest_sessionfinish(session):
    """Where NEWSROOM_SKIPS=fail (CI), a skipped test fails the run: there, everything a test needs is installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("NEWSROOM_SKIPS") != "fail" or reporter is None:
        return
    skipped = [report for report in reporter.stats.get("skipped", []) if NO_CORPUS not in str(report.longrepr)]
    if skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"\nNEWSROOM_SKIPS=fail: {len(skipped)} tests were skipped, which fails this run.")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Tests with real transactions empty every table: have the migrations' roles and reasons put back for them."""
    for item in items:
        if _has_real_transactions(item):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)
    asked = config.getoption("asks_the_database")
    out = [item for item in items if _has_no_meaning_here(item) or (asked and not _asks_the_database(item))]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """A process that has taken tests from another one may go on with a plain test: put roles and reasons back first."""
    outcome = yield
    if _has_real_transactions(item) and nextitem is not None and not _has_real_transactions(nextitem):
        with item.config.stash[blocking_manager_key].unblock():
            connection.creation.deserialize_db_from_string(connection._test_serialized_contents)
    return outcome


def _has_real_transactions(item) -> bool:
    mark = item.get_closest_marker("django_db")
    return "live_server" in item.fixturenames or bool(mark and mark.kwargs.get("transaction"))


def _has_no_meaning_here(item) -> bool:
    vendor = item.get_closest_marker("only_on")
    as_root = item.get_closest_marker("not_as_root") and os.geteuid() == 0
    return bool(as_root or (vendor and vendor.args[0] not in settings.DATABASES["default"]["ENGINE"]))


def _asks_the_database(item) -> bool:
    if item.get_closest_marker("any_database") or item.get_closest_marker("e2e"):
        return False
    of_django = item.cls and issubclass(item.cls, TransactionTestCase)
    fixtures = {"db", "transactional_db", "live_server", "django_db_setup"} & set(item.fixturenames)
    return bool(of_django or fixtures or item.get_closest_marker("django_db"))
