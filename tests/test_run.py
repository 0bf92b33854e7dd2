"""`make run`: the site and its worker, side by side."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

# Each start of the worker leaves a letter in the file; the server ends once it has seen so many.
WORKER = "import pathlib; open({file!r}, 'a').write('x'); {then}"
SERVER = (
    "import pathlib, sys, time; file = pathlib.Path({file!r})\n"
    "while not file.exists() or len(file.read_text()) < {starts}: time.sleep(0.05)\n"
    "sys.exit(7)"
)
RUN = """
import sys
from newsroom import run
run.SHORTEST_WAIT = 0.05
run.Worker.command = {worker!r}
sys.exit(run.serve_beside_worker({server!r}))
"""


def serve(tmp_path: Path, *, starts: int, worker: list[str] | None = None, then: str = ""):
    file = str(tmp_path / "starts")
    worker = worker or [sys.executable, "-c", WORKER.format(file=file, then=then)]
    server = [sys.executable, "-c", SERVER.format(file=file, starts=starts)]
    return subprocess.run(
        [sys.executable, "-c", RUN.format(worker=worker, server=server)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_worker_that_dies_is_started_again_and_later_each_time(tmp_path):
    done = serve(tmp_path, then="raise SystemExit(3)", starts=3)

    assert done.returncode == 7
    assert done.stderr.splitlines()[:2] == [
        "The worker has ended (3): a new one starts in 0.1 s.",
        "The worker has ended (3): a new one starts in 0.2 s.",
    ]


def test_a_worker_that_is_killed_takes_nothing_with_it(tmp_path):
    done = serve(tmp_path, then="import os; os.kill(os.getpid(), 9)", starts=2)

    assert done.returncode == 7
    assert done.stderr.splitlines()[0] == "The worker has ended (-9): a new one starts in 0.1 s."


def test_a_worker_that_cannot_be_started_leaves_the_site_alone(tmp_path):
    (tmp_path / "starts").write_text("")

    done = serve(tmp_path, worker=[str(tmp_path / "nowhere")], starts=0)

    assert done.returncode == 7


def test_the_end_of_the_server_ends_a_worker_that_does_not_listen(tmp_path):
    done = serve(tmp_path, then="import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(300)", starts=1)

    assert done.returncode == 7
