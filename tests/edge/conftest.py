import fcntl
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.conftest import ROOT, SEEDS
from tests.edge.servers import environment

MANIFEST = ROOT / "var" / "static" / "staticfiles.json"


@pytest.fixture(scope="session")
def site_file(tmp_path_factory):
    """A SQLite file with the seeds, as an operator's."""
    file = tmp_path_factory.mktemp("site") / "site.sqlite3"
    env = environment(f"sqlite:///{file}")
    # Another process of the tests may collect into the same folder.
    with (Path(tempfile.gettempdir()) / "newsroom-tests-collect.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        newest = max(path.stat().st_mtime for path in (ROOT / "newsroom" / "static").iterdir())
        if not MANIFEST.exists() or MANIFEST.stat().st_mtime < newest:
            manage(env, "collectstatic", "--no-input", "-v0")
    manage(env, "migrate", "-v0")
    manage(env, "import_articles", str(SEEDS))
    return file


def manage(env, *command):
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True, capture_output=True)


@pytest.fixture
def database(site_file, tmp_path):
    """A copy of it for one test."""
    shutil.copy(site_file, tmp_path / "site.sqlite3")
    return f"sqlite:///{tmp_path}/site.sqlite3"
