"""The bill of materials of what requirements.lock installs."""

import json
import re
import sys
from importlib import import_module

import pytest

from tests.conftest import ROOT

LOCK = """\
# A comment.
django==0.1 \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
    # via newsroom (pyproject.toml)
Colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:{a}
not-installed==1
""".format(a="a" * 64, b="b" * 64)


@pytest.fixture
def sbom(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / ".ci")
    yield import_module("sbom")
    for name in ("sbom", "locks"):
        sys.modules.pop(name)


def components(text: str) -> dict[str, dict]:
    return {component["name"]: component for component in json.loads(text)["components"]}


def bill_of(sbom, folder, lock: str) -> str:
    (folder / "requirements.lock").write_text(lock)
    (folder / "pyproject.toml").write_text('[project]\nname = "newsroom"\nversion = "1"\nlicense = "MIT"\n')
    return sbom.bill(folder)


def test_it_is_valid_and_names_each_pin_of_the_lock_file_with_its_hashes(sbom):
    text = sbom.bill()

    lock = (ROOT / "requirements.lock").read_text()
    found = components(text)
    assert list(sbom.problems(text)) == []
    assert {f"{name}=={one['version']}" for name, one in found.items()} == set(re.findall(r"(?m)^\S+==\S+", lock))
    assert all(one["purl"] == f"pkg:pypi/{name}@{one['version']}" for name, one in found.items())
    hashes = [
        each["content"] for one in found.values() for files in one["externalReferences"] for each in files["hashes"]
    ]
    assert sorted(hashes) == sorted(re.findall(r"sha256:(\w{64})", lock))


def test_the_same_lock_file_gives_the_same_bytes_and_another_one_another_serial_number(sbom, tmp_path):
    first, second, other = (bill_of(sbom, tmp_path, lock) for lock in (LOCK, LOCK, f"{LOCK}more==1\n"))

    assert first == second
    assert json.loads(first)["serialNumber"] != json.loads(other)["serialNumber"]


def test_it_names_no_host_no_time_and_no_path(sbom):
    text = sbom.bill()

    addresses = set(re.findall(r"\w+://[^\"]+", text))
    assert addresses == {"http://cyclonedx.org/schema/bom-1.6.schema.json"}
    assert "timestamp" not in text
    assert str(ROOT) not in text


def test_a_pin_for_other_machines_says_so_under_its_normal_name(sbom, tmp_path):
    text = bill_of(sbom, tmp_path, LOCK)

    assert components(text)["colorama"]["properties"] == [
        {"name": "newsroom:marker", "value": 'sys_platform == "win32"'}
    ]
    assert list(sbom.problems(text)) == []


def test_licences_are_stated_of_what_is_installed_in_that_version_only(sbom, tmp_path):
    installed, other = sbom.bill(), bill_of(sbom, tmp_path, LOCK)

    assert components(installed)["django"]["licenses"] == [{"license": {"id": "BSD-3-Clause"}}]
    assert components(installed)["tqdm"]["licenses"] == [{"expression": "MPL-2.0 AND MIT"}]
    assert components(installed)["django-filter"]["licenses"] == [{"license": {"name": "BSD License"}}]
    # It gives the whole text of its licence.
    assert components(installed)["django-import-export"]["licenses"] == [{"license": {"name": "BSD License"}}]
    assert all("licenses" not in one for one in components(other).values())


def test_every_package_that_is_installed_states_a_licence(sbom):
    found = components(sbom.bill())

    assert [name for name, one in found.items() if "licenses" not in one and "properties" not in one] == []


@pytest.mark.parametrize("key", ["serialNumber", "components"])
def test_what_is_not_valid_is_told(sbom, key):
    text = json.dumps(json.loads(sbom.bill()) | {key: "7"})

    assert len(list(sbom.problems(text))) == 1
