"""The audit of what the lock files pin, on small files with one fault each, and the list that it compares with."""

import sys
import tomllib
from datetime import date, timedelta
from importlib import import_module

import pytest
from packaging.version import Version

from tests.conftest import ROOT

ADVISORY = {"id": "CVE-1", "package": "Some.Package", "affected": ">=2,<2.5", "fixed": "2.5", "what": "a hole"}
PYTHON = {"3.12": "3.12.9", "3.13": "3.13.4"}
TODAY = date(2026, 3, 1)


@pytest.fixture
def audit(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / ".ci")
    yield import_module("audit")
    for name in ("audit", "locks"):
        sys.modules.pop(name)


def write(folder, pins: str, advisory=ADVISORY, other_pins: str = ""):
    entry = ", ".join(f'{name} = "{value}"' for name, value in advisory.items())
    (folder / ".ci").mkdir()
    (folder / ".ci" / "advisories.toml").write_text(
        f"reviewed = {TODAY}\nadvisories = [{{ {entry} }}]\n[python]\n" + '"3.13" = "3.13.4"\n'
    )
    (folder / "requirements.lock").write_text(pins)
    (folder / "requirements-dev.lock").write_text(other_pins)
    return folder


@pytest.mark.parametrize(
    "pin",
    [
        "some-package==2.4",
        "Some_Package==2.4",
        "some.package[extra]==2.4",
        "some-package==2.4 \\\n    --hash=sha256:00\n    # via another",
        "some-package==2.4 ; sys_platform == 'win32' \\\n    --hash=sha256:00",
        "some-package==2.4 ; python_full_version < '3'",
    ],
)
def test_an_affected_version_fails_however_it_is_written_and_whatever_machine_it_is_for(audit, tmp_path, capsys, pin):
    assert audit.main(write(tmp_path, pin)) == 1

    assert "CVE-1: some-package 2.4 is affected, fixed in 2.5: a hole" in capsys.readouterr().err.splitlines()


def test_what_only_developers_install_is_audited_too(audit, tmp_path):
    assert audit.main(write(tmp_path, "", other_pins="some-package==2.4")) == 1


@pytest.mark.parametrize("version", ["1.9", "2.5", "2.5.1", "3"])
def test_other_versions_and_other_packages_pass(audit, tmp_path, version):
    assert audit.main(write(tmp_path, f"some-package=={version}\nsome-package-2==2.4")) == 0


def test_a_version_before_a_release_is_affected_as_well(audit):
    assert audit.matches([audit.Pin("some-package", Version("2.4rc1"))], [ADVISORY]) != []


@pytest.mark.parametrize(
    "line", ["some-package", "some-package>=2", "some-package==2.*", "some-package @ https://x.example/a"]
)
def test_a_line_that_pins_nothing_is_an_error_that_names_it(audit, tmp_path, capsys, line):
    assert audit.main(write(tmp_path, f"fine==1\n{line}")) == 2

    assert f"requirements.lock:2: {line} pins no version" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change",
    [{"affected": "before 2.5"}, {"fixed": "soon"}, {"fixed": "2.4"}, {"what": ""}, {"since": "2.0"}],
    ids=str,
)
def test_an_advisory_that_cannot_be_compared_is_an_error_that_names_it(audit, tmp_path, capsys, change):
    assert audit.main(write(tmp_path, "fine==1", ADVISORY | change)) == 2

    assert "The audit cannot be made: CVE-1: " in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["advisories = [", "advisories = []", 'reviewed = "in March"\nadvisories = []\n[python]'], ids=str
)
def test_a_list_without_its_parts_is_an_error_that_names_it(audit, tmp_path, capsys, text):
    (write(tmp_path, "fine==1") / ".ci" / "advisories.toml").write_text(text)

    assert audit.main(tmp_path) == 2

    assert "The audit cannot be made: advisories.toml: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("days", "running", "warned"),
    [
        (90, "3.13.4", []),
        (91, "3.13.4", ["91 days ago"]),
        (0, "3.13.3", ["this is Python 3.13.3, and 3.13.4 is out"]),
        (0, "3.12.10", []),
        (0, "3.15.0", []),
    ],
)
def test_an_old_review_and_an_old_python_are_warned_of(audit, days, running, warned):
    known = {"reviewed": TODAY - timedelta(days=days), "python": PYTHON}

    found = list(audit.warnings(known, TODAY, Version(running)))

    assert len(found) == len(warned)
    assert all(text in line for text, line in zip(warned, found, strict=True))


def test_the_pins_of_this_version_have_no_known_weakness_and_the_list_speaks_of_them(audit):
    known = tomllib.loads((ROOT / ".ci" / "advisories.toml").read_text())
    pinned = [pin for file in audit.LOCK_FILES for pin in audit.pins((ROOT / file).read_text(), file)]

    assert audit.matches(pinned, known["advisories"]) == []
    assert {entry["package"] for entry in known["advisories"]} <= {pin.name for pin in pinned}
    assert set(known["python"]) == {"3.12", "3.13", "3.14"}
    entries = [(entry["package"], entry["id"], entry["affected"]) for entry in known["advisories"]]
    assert len(entries) == len(set(entries))


def test_an_earlier_django_would_fail(audit):
    known = tomllib.loads((ROOT / ".ci" / "advisories.toml").read_text())

    found = audit.matches([audit.Pin("django", Version("6.1.2"))], known["advisories"])

    assert [line.split(":")[0] for line in found] == ["CVE-2026-111362", "CVE-2026-114582", "CVE-2026-111211"]
