"""Lists files that may be documents, and reads them one at a time."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from articles.documents.messages import Rejected

DOCUMENT_SUFFIXES = (".md", ".txt", ".html", ".yaml", ".yml")
MAX_DOCUMENT_BYTES = 1_048_576  # of one document
MAX_PATH_CHARACTERS = 500  # characters
MAX_FOLDER_DEPTH = 20  # folders
UNREADABLE = "cannot be read"

Stamp = tuple[int, int, int]  # size, time of the last change in nanoseconds, inode


class Listed(NamedTuple):
    """A file of a source. An unread one is of a kind that is no document: it is reported, and nothing else.

    `left_out` says why a document is not read in this run.
    """

    path: str
    problem: str = ""
    unread: bool = False
    left_out: str = ""


class StillWritten(Exception):
    """A file is not what it was when it was listed: the next look takes it."""


class Source(Protocol):
    """Holds files. `names` yields each path once; memory does not grow with their number."""

    def names(self) -> Iterator[Listed]: ...

    def __contains__(self, path: object) -> bool:
        """Returns whether it holds a document of this path."""

    def read(self, path: str) -> bytes:
        """Returns the bytes of a document, or raises Rejected. Checks the size before it reads a byte."""


class Folder:
    """Every file below a folder, in the order of the names, but hidden ones; links are not followed.

    Paths begin with `above`.
    """

    def __init__(self, root: Path, above: str = ""):
        self.root, self.above = str(root), above

    def names(self) -> Iterator[Listed]:
        return self._walk(self.root, self.above)

    def _walk(self, folder: str, prefix: str) -> Iterator[Listed]:
        try:
            with os.scandir(folder) as entries:
                listing = sorted(_kinds(entries))
        except OSError as error:
            yield Listed(prefix or folder, f"{UNREADABLE}: {error.strerror}")
            return
        for name, kind in listing:
            path = prefix + name
            if kind == "folder" and path.count("/") < MAX_FOLDER_DEPTH + self.above.count("/"):
                yield from self._walk(f"{folder}/{name}", path + "/")
            elif kind == "folder":
                yield Listed(path, f"is more than {MAX_FOLDER_DEPTH} folders deep")
            elif kind == "unread":
                yield Listed(path, unread=True)
            else:
                yield Listed(path, name_problem(path) if kind == "file" else "is not a regular file")

    def __contains__(self, path: object) -> bool:
        if not str(path).startswith(self.above):
            return False
        file = Path(self.root, str(path).removeprefix(self.above))
        return is_document(str(path)) and file.is_file() and not file.is_symlink()

    def read(self, path: str) -> bytes:
        return bytes_of(f"{self.root}/{path.removeprefix(self.above)}")


class Single:
    """One file that was named by itself: its path is its name behind `above`."""

    def __init__(self, file: Path, above: str = ""):
        self.file, self.path = file, above + file.name

    def names(self) -> Iterator[Listed]:
        problem = "" if self.file.is_file() else "is not a regular file" if self.file.exists() else "does not exist"
        yield Listed(self.path, problem or name_problem(self.path))

    def __contains__(self, path: object) -> bool:
        return path == self.path

    def read(self, path: str) -> bytes:
        # An operator who names a symbolic link means its target.
        return bytes_of(os.path.realpath(self.file))


def _kinds(entries: Iterable[os.DirEntry[str]]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield entry.name, "folder"
        elif is_document(entry.name):
            yield entry.name, "file" if entry.is_file(follow_symlinks=False) else "other"
        else:
            yield entry.name, "unread"


def is_document(path: str) -> bool:
    # Called a hundred thousand times, and `splitext` takes four times as long.
    return path.lower().endswith(DOCUMENT_SUFFIXES) and not path.rpartition("/")[2].startswith(".")


def name_problem(path: str) -> str:
    if len(path) > MAX_PATH_CHARACTERS:
        return f"has a path of more than {MAX_PATH_CHARACTERS} characters"
    return "" if path.isprintable() else "has a name with control characters, or not in UTF-8"


def check_size(size: int) -> None:
    if size > MAX_DOCUMENT_BYTES:
        raise Rejected(f"has {size:,} bytes, and {MAX_DOCUMENT_BYTES:,} are the most")


def at_most(raw: bytes) -> bytes:
    # The size that an archive states may be a lie.
    check_size(len(raw))
    return raw


def stamp_of(status: os.stat_result) -> Stamp:
    """Returns what differs between two versions of a file."""
    return status.st_size, status.st_mtime_ns, status.st_ino


def bytes_of(file: str, stamp: Stamp | None = None) -> bytes:
    """Returns the bytes of a regular file. Raises StillWritten if it has not the stamp, before and after."""
    # Without O_NONBLOCK, a FIFO that has replaced a file since it was listed would be waited for.
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Rejected("is not a regular file")
        check_size(status.st_size)
        raw = os.read(descriptor, status.st_size)
        if stamp and not (stamp_of(status) == stamp_of(os.fstat(descriptor)) == stamp):
            raise StillWritten
        return raw
    finally:
        os.close(descriptor)
