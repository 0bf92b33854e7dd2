"""Tasks for the worker of a test: one that does what it should, and some that do not."""

import sys
from contextlib import suppress

from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.tasks import task


@task
def leave_a_trace(name: str) -> None:
    User.objects.create(username=name)


@task
def raise_an_error() -> None:
    raise ZeroDivisionError


@task
def exit_the_process() -> None:
    sys.exit(3)


@task
def return_what_is_no_json() -> object:
    return object()


@task
def meet_a_locked_database_once(name: str) -> None:
    if User.objects.get_or_create(username=name)[1]:
        raise OperationalError("database is locked")
    User.objects.filter(username=name).update(first_name="again")


@task
def lose_the_database_once(name: str) -> None:
    if User.objects.get_or_create(username=name)[1]:
        if connection.vendor == "postgresql":
            with suppress(OperationalError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        else:
            connection.connection.close()
    User.objects.filter(username=name).update(first_name="again")


not_a_task = "this is text"
