"""The documents of a commit, read from the repository without a checkout: bytes as they were committed.

No filters, no attributes, no hooks, nobody's settings. Symbolic links and submodules are no documents.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from articles.documents.messages import Rejected
from articles.importing.sources.files import MAX_FOLDER_DEPTH, Listed, check_size, is_document, name_problem

REGULAR = ("100644", "100755", "100664")
SECONDS = 120  # of one call; a fetch of a large repository has more
# Of every file that git writes: a pack of the largest site that we know has 100 MB.
MOST_WRITTEN = 2 * 1024**3
ALWAYS = (
    "core.hooksPath=/dev/null", "core.fsmonitor=false", "credential.helper=", "protocol.allow=never", "gc.auto=0",
    "maintenance.auto=false", "fetch.unpackLimit=1", "submodule.recurse=false", "http.followRedirects=false",
    "http.lowSpeedLimit=1000", "http.lowSpeedTime=30", "core.askPass=",
)  # fmt: skip


class GitFailed(Exception):
    """Git did not do what it was asked for; the message is the last thing that it said."""


class Blob(NamedTuple):
    mode: str
    name: str  # its hash
    size: int


class GitTree:
    """The files of a folder of a commit, in git's order, but hidden ones. Paths begin with `above`.

    `title` says for people and for reports where they come from: the same for each commit.
    """

    def __init__(self, repository: Path, commit: str, folder: str = "", above: str = "", title: str = ""):
        self.repository, self.commit, self.folder, self.above, self.title = repository, commit, folder, above, title
        self._reader: subprocess.Popen[bytes] | None = None

    def __str__(self) -> str:
        return self.title

    def __getstate__(self) -> dict[str, Any]:
        # Another process starts a git of its own.
        names = ("repository", "commit", "folder", "above", "title")
        return {name: getattr(self, name) for name in names} | {"_reader": None}

    def __del__(self) -> None:
        if reader := self.__dict__.get("_reader"):
            for stream in (reader.stdin, reader.stdout):
                if stream:
                    stream.close()
            reader.wait()

    def names(self) -> Iterator[Listed]:
        for path, blob in self._blobs.items():
            problem = "" if blob.mode in REGULAR else "is not a regular file"
            if path.count("/") > MAX_FOLDER_DEPTH:
                problem = f"is more than {MAX_FOLDER_DEPTH} folders deep"
            full = self.above + path
            is_module = blob.mode == "160000"
            if not (is_document(path) or is_module):
                yield Listed(full, unread=True)
            else:
                yield Listed(full, name_problem(full) or problem)

    def __contains__(self, path: object) -> bool:
        blob = self._blobs.get(self._own(str(path))) if str(path).startswith(self.above) else None
        return blob is not None and blob.mode in REGULAR and is_document(str(path))

    def read(self, path: str) -> bytes:
        blob = self._blobs[self._own(path)]
        check_size(blob.size)
        reader = self._opened()
        if not (reader.stdin and reader.stdout):
            raise AssertionError("git has been started with pipes")
        try:
            reader.stdin.write(f"{blob.name}\n".encode())
            reader.stdin.flush()
        except BrokenPipeError:
            raise Rejected("cannot be read: git has ended") from None
        said = reader.stdout.readline().split()
        if len(said) != 3 or said[1] != b"blob":
            raise Rejected("cannot be read from the repository")
        raw = reader.stdout.read(int(said[2]) + 1)
        return raw[:-1]

    def _own(self, path: str) -> str:
        return path[len(self.above) :]

    @cached_property
    def _blobs(self) -> dict[str, Blob]:
        tree = f"{self.commit}:{self.folder}"
        lines = git(self.repository, "ls-tree", "-r", "-z", "-l", "--full-tree", tree)
        found = {}
        for line in lines.split(b"\0"):
            if not line:
                continue
            about, _, name = line.partition(b"\t")
            mode, _, blob, size = about.decode().split()
            path = name.decode(errors="surrogateescape")
            if not any(part.startswith(".") for part in path.split("/")):
                found[path] = Blob(mode, blob, int(size) if size.isdecimal() else 0)
        return found

    def _opened(self) -> subprocess.Popen[bytes]:
        if self._reader is None:
            self._reader = subprocess.Popen(
                command(self.repository, "cat-file", "--batch"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment(),
            )
        return self._reader


def git(repository: Path, *arguments: str, seconds: float = SECONDS, settings: Sequence[str] = ()) -> bytes:
    """Runs git on a bare repository, and returns what it wrote. Raises GitFailed."""
    try:
        done = subprocess.run(
            command(repository, *arguments, settings=settings),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            env=environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise GitFailed(f"it took more than {seconds:g} seconds") from None
    except OSError as error:
        raise GitFailed(f"it cannot be started: {error.strerror}") from None
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
        raise GitFailed((fatal or lines or [f"it ended with status {done.returncode}"])[0][:500])
    return done.stdout


def command(repository: Path, *arguments: str, settings: Sequence[str] = ()) -> list[str]:
    """Returns the words by which git is started, with a limit for what it writes."""
    options = [word for setting in (*ALWAYS, *settings) for word in ("-c", setting)]
    limited = 'ulimit -f "$1" && shift && exec git "$@"'
    return ["/bin/sh", "-c", limited, "git", str(MOST_WRITTEN // 512), f"--git-dir={repository}", *options, *arguments]


def environment() -> dict[str, str]:
    """Returns the environment of git: none of the site's, whose secrets are there, and nobody's settings."""
    return {
        # Where git lies, and where what it starts does.
        "PATH": os.pathsep.join([str(Path(shutil.which("git") or "/usr/bin/git").parent), os.defpath]),
        "LC_ALL": "C.UTF-8",
        "HOME": "/nonexistent",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oConnectTimeout=15",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
    }
