"""The worker goes on, whatever a task or the database does, and says that it lives."""

import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.management.worker import MAX_ATTEMPTS, Worker, take_over
from articles.processes import heartbeat
from tests.management import background

BACKGROUND = background.__name__


@pytest.fixture(autouse=True)
def queue(settings):
    """A queue in the database, of which no worker has said that it lives."""
    caches["editions"].clear()
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def row(path: str, *args, **fields) -> DBTaskResult:
    values = {
        "task_path": path if "." in path else f"{BACKGROUND}.{path}",
        "args_kwargs": {"args": args, "kwargs": {}},
        "backend_name": "default",
        "run_after": timezone.now() - timedelta(seconds=1),
        "exception_class_path": "",
        "traceback": "",
    }
    return DBTaskResult.objects.create(**values | fields)


def statuses() -> list[str]:
    return list(DBTaskResult.objects.order_by("enqueued_at").values_list("status", flat=True))


def work() -> None:
    """What waits is done, by the command of the product."""
    call_command("db_worker", "--batch", "--no-startup-delay", verbosity=0, reload=False)


BAD = {
    "of a module that is gone": {"path": "nowhere.at_all"},
    "of a function that is gone": {"path": f"{BACKGROUND}.gone"},
    "that is no task": {"path": f"{BACKGROUND}.not_a_task"},
    "without a path": {"path": "."},
    "that raises": {"path": "raise_an_error"},
    "that ends the process": {"path": "exit_the_process"},
    "with an odd result": {"path": "return_what_is_no_json"},
    "with other arguments": {"path": "raise_an_error", "args_kwargs": {"args": [1, 2], "kwargs": {"a": 1}}},
    "without arguments": {"path": "leave_a_trace", "args_kwargs": {}},
    "with arguments that are none": {"path": "leave_a_trace", "args_kwargs": 7},
    "with workers that are none": {"path": "raise_an_error", "worker_ids": 7},
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_bad_task_fails_and_the_next_is_done(bad, monkeypatch):
    monkeypatch.setattr("signal.signal", lambda *args: None)
    row(**bad, priority=10)
    row("leave_a_trace", "after")

    work()

    assert statuses() == ["FAILED", "SUCCESSFUL"]
    assert User.objects.filter(username="after").exists()


@contextmanager
def at_work():
    """A worker in a thread, with a connection of its own."""
    worker = Worker(
        queue_names=["default"], interval=0.05, batch=False, backend_name="default", startup_delay=False,
        max_tasks=None, worker_id="one", excluded_queue_names=[],
    )  # fmt: skip

    def run() -> None:
        worker.run()
        connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        worker.running = False
        thread.join(timeout=60)


def wait_for(condition) -> None:
    until = time.monotonic() + 60
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    assert condition()


def wait_for_trace(name: str) -> None:
    wait_for(User.objects.filter(username=name).exists)


@pytest.mark.django_db(transaction=True)
@pytest.mark.only_on("sqlite")
def test_a_worker_outlives_a_database_that_others_have_locked(monkeypatch, caplog):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.1)
    with at_work() as worker:
        row("leave_a_trace", "before")
        wait_for_trace("before")
        row("leave_a_trace", "after", run_after=timezone.now() + timedelta(seconds=0.3))
        with transaction.atomic():
            User.objects.create(username="lock")
            wait_for(lambda: "out of reach" in caplog.text)
        wait_for_trace("after")

        assert worker.is_alive()


@pytest.mark.django_db(transaction=True)
@pytest.mark.only_on("postgresql")
def test_a_worker_outlives_a_database_that_ends_its_connections():
    with at_work() as worker:
        for number in range(3):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            row("leave_a_trace", f"trace {number}")
            wait_for_trace(f"trace {number}")

        assert worker.is_alive()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("task", ["meet_a_locked_database_once", "lose_the_database_once"])
def test_a_task_that_met_trouble_of_the_database_waits_for_another_try(monkeypatch, task):
    monkeypatch.setattr("signal.signal", lambda *args: None)
    row(task, "tried")

    work()
    (first,) = DBTaskResult.objects.all()
    DBTaskResult.objects.update(run_after=timezone.now())
    work()

    assert first.status == "READY"
    assert first.run_after > timezone.now()
    assert statuses() == ["SUCCESSFUL"]
    assert User.objects.get(username="tried").first_name == "again"


@pytest.mark.django_db
def test_tasks_of_dead_workers_are_done_again_but_not_for_ever():
    heartbeat.beat("living")
    row("raise_an_error", status="RUNNING", worker_ids=["dead"])
    row("raise_an_error", status="RUNNING", worker_ids=["dead", "living"])
    row("raise_an_error", status="RUNNING", worker_ids=["me"])
    row("raise_an_error", status="RUNNING", worker_ids=["dead"] * MAX_ATTEMPTS)

    take_over("me")

    assert statuses() == ["READY", "RUNNING", "READY", "FAILED"]


def test_a_worker_is_missing_until_it_gives_a_sign_of_life():
    missing = [heartbeat.is_missing()]

    with heartbeat.beating("one"):
        wait_for(lambda: heartbeat.is_alive("one"))
        missing.append(heartbeat.is_missing())

    assert missing == [True, False]
    assert not heartbeat.is_alive("one")


def test_nobody_waits_for_a_worker_where_none_is_configured(settings):
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}

    assert not heartbeat.is_missing()
