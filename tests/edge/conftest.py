import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT, SEEDS
from tests.edge.servers import environment


@pytest.fixture(scope="session")
def site_file(tmp_path_factory):
    """A SQLite file with the seeds, as an operator's."""
    file = tmp_path_factory.mktemp("site") / "site.sqlite3"
    env = environment(f"sqlite:///{file}")
    for command in (["migrate", "-v0"], ["collectstatic", "--no-input", "-v0"], ["import_articles", str(SEEDS)]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True, capture_output=True)
    return file


@pytest.fixture
def database(site_file, tmp_path):
    """A copy of it for one test."""
    shutil.copy(site_file, tmp_path / "site.sqlite3")
    return f"sqlite:///{tmp_path}/site.sqlite3"
