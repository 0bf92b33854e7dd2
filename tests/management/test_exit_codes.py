"""How every command of ours ends, as a process: the same status means the same for all of them."""

import re
import signal
import subprocess
import sys
import time

import pytest

from tests.conftest import ROOT, SEEDS
from tests.edge.servers import environment

COMMANDS = {path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py")} | {
    path.stem for path in ROOT.glob("newsroom/people/management/commands/[a-z]*.py")
}
# Django's own, or those of a library, with something of ours: a process that goes on for ever, and one that empties.
OTHERS = {"db_worker", "flush"}
GUIDE = (ROOT / "docs" / "operating.md").read_text()


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    file = tmp_path_factory.mktemp("codes") / "site.sqlite3"
    assert manage(f"sqlite:///{file}", "migrate", "-v0").returncode == 0
    return f"sqlite:///{file}"


def manage(database: str, *words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environment(database), capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["import_articles", str(SEEDS)], 0),
        (["import_articles", str(SEEDS / "none")], 2),
        (["import_articles", str(SEEDS), "--withdraw"], 2),
        (["import_articles"], 2),
        (["undo_import", "99"], 2),
        (["undo_import", "x"], 2),
        (["export_articles", "{tmp}/out"], 0),
        (["export_articles", "{tmp}"], 2),
        (["export_articles", "{tmp}/out", "--provider", "nobody.example"], 2),
        (["export_articles", "{tmp}/out", "--since", "never"], 2),
        (["cache_images", "--limit", "0"], 2),
        (["clean_uploads"], 0),
        (["clean_uploads", "--days", "x"], 2),
        (["check_log"], 0),
        (["rank_articles"], 0),
        (["rebuild_search"], 0),
        (["remove_second_factor", "nobody"], 2),
        (["demo"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_a_command_ends_with_the_status_of_the_guide(database, tmp_path, words, status):
    (tmp_path / "there").touch()

    done = manage(database, *[word.replace("{tmp}", str(tmp_path)) for word in words])

    assert (done.returncode, "Traceback" in done.stderr) == (status, False), done.stderr


@pytest.mark.parametrize("command", sorted(COMMANDS - OTHERS))
def test_a_database_that_is_away_says_to_try_again_later(tmp_path, command):
    arguments = {
        "import_articles": [str(SEEDS)],
        "undo_import": ["1"],
        "export_articles": [str(tmp_path / "out")],
        "remove_second_factor": ["nobody"],
    }

    done = manage("postgres://nobody@127.0.0.1:1/none", command, *arguments.get(command, []))

    assert (done.returncode, "Traceback" in done.stderr) == (75, False), done.stderr


def test_a_command_that_is_interrupted_ends_without_a_traceback_of_ours(database):
    process = subprocess.Popen(
        [sys.executable, "manage.py", "import_articles", str(SEEDS)],
        cwd=ROOT, env=environment(database), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)

    # At whatever moment it came, Python's start included.
    assert process.returncode in (0, 130, -signal.SIGINT), said


def test_the_guide_names_every_command_of_ours():
    table = GUIDE.partition("## Commands")[2].partition("\n## ")[0]

    named = set(re.findall(r"^\| `(\w+)", table, re.MULTILINE))

    assert named == COMMANDS
