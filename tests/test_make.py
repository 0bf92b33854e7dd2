"""The Makefile, on machines that lack what it needs."""

import os
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

from newsroom import run
from tests.conftest import ROOT

NO_PYTHON = "exit 127"
OLD_PYTHON = "exit 1"
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; esac'

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(folder: Path, *arguments: str, **pythons: str) -> subprocess.CompletedProcess:
    """`make` in a copy of the Makefile, where the named programs are all the Pythons that there are."""
    programs = folder / "bin"
    programs.mkdir()
    for name in ("sh", "sed", "awk", "rm", "touch", "make"):
        (programs / name).symlink_to(shutil.which(name))
    for name, script in pythons.items():
        program = programs / name.replace("_", ".")
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    for name in ("Makefile", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, folder)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        [programs / "make", *arguments],
        cwd=folder,
        env=environment | {"PATH": str(programs)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "pythons",
    [{}, {"python3": OLD_PYTHON}, {"python3_13": NO_PYTHON, "python3_12": NO_PYTHON, "python3": OLD_PYTHON}],
)
def test_without_a_python_that_will_do_make_says_so_in_one_line(pythons, tmp_path):
    said = make(tmp_path, "run", **pythons)

    lines = [line for line in said.stderr.splitlines() if not line.startswith("make:")]
    assert said.returncode != 0
    assert lines == ["Newsroom needs Python 3.12 or newer: none of python3.13, python3.12, python3 is one."]
    assert not (tmp_path / ".venv").exists()


def test_a_python_without_venv_is_told_with_what_to_install(tmp_path):
    said = make(tmp_path, "run", python3_13=NO_PYTHON, python3_12=WITHOUT_VENV, python3=OLD_PYTHON)

    assert said.returncode != 0
    assert "python3.12 cannot make virtual environments: install its venv module" in said.stderr


def test_a_shim_that_fails_is_passed_over_for_a_python_that_runs(tmp_path):
    said = make(tmp_path, "run", python3_13=NO_PYTHON, python3='[ "$1" != -m ] || exit 9')

    assert "Making .venv with python3 …" in said.stdout


def test_help_lists_every_target(tmp_path):
    said = make(tmp_path)

    listed = {line.split()[1] for line in said.stdout.splitlines()}
    assert listed == {
        "help",
        "run",
        "manage",
        "test",
        "lint",
        "audit",
        "sbom",
        "format",
        "bench",
        "screenshots",
        "lock",
        "clean",
    }


def test_a_taken_port_is_told_before_anything_else():
    with socket.create_server((run.HOST, 0)) as taken:
        port = str(taken.getsockname()[1])

        said = subprocess.run(
            [sys.executable, "-m", "newsroom.run", port], cwd=ROOT, capture_output=True, text=True, check=False
        )

    assert said.returncode != 0
    assert (said.stdout, said.stderr.splitlines()[1:]) == ("", [])
    assert said.stderr.startswith(f"Port {port} is taken")


def data_of(folder: Path, *migrations: tuple[str, str]) -> Path:
    """The database of `make run`, as a running site leaves it, with these migrations applied."""
    file = folder / "newsroom.sqlite3"
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE django_migrations (app, name)")
    connection.executemany("INSERT INTO django_migrations VALUES (?, ?)", migrations)
    connection.commit()
    connection.close()
    return file


@pytest.mark.parametrize("arguments", [["8000"], ["manage", "migrate"]], ids=["run", "manage"])
def test_data_of_another_version_is_told_in_one_line_and_left_alone(arguments, tmp_path):
    file = data_of(
        tmp_path, ("auth", "0001_initial"), ("articles", "0001_initial"), ("articles", "0017_search_by_days")
    )
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    start = f"import pathlib; from newsroom import run; run.VAR_DIR = pathlib.Path({str(tmp_path)!r}); "

    said = subprocess.run(
        [sys.executable, "-c", f"{start} run.main(*{arguments})"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert said.returncode == 1
    assert said.stdout == ""
    assert said.stderr.startswith(f"{file} holds the data of another version of Newsroom")
    assert "move newsroom.sqlite3* away" in said.stderr
    assert "export_articles" in said.stderr
    assert said.stderr.count("\n") == 1
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_data_of_this_version_of_none_and_of_another_database_are_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "VAR_DIR", tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    run.require_data_of_this_version()

    file = data_of(tmp_path, ("auth", "9999_of_django"), *MigrationLoader(None).disk_migrations)
    run.require_data_of_this_version()

    file.write_bytes(b"")
    run.require_data_of_this_version()

    file.unlink()
    data_of(tmp_path, ("articles", "9999_of_tomorrow"))
    monkeypatch.setenv("DATABASE_URL", "sqlite:////elsewhere.sqlite3")
    run.require_data_of_this_version()


@pytest.mark.parametrize("port", ["0", "65536", "http", "", "-1"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(SystemExit) as end:
        run.require_free(port)

    assert "is no port" in end.value.code


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "VAR_DIR", tmp_path)

    first, second = run.secret_key(), run.secret_key()

    assert first == second
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
