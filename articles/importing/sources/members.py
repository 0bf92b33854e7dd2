"""What stands in an archive, and the limits of what is taken from one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from articles.importing.sources.files import MAX_FOLDER_DEPTH, name_problem
from articles.processes.limited import Limits

# Of one archive: twice the documents of the largest site; ten times what these unpack to.
MAX_MEMBERS = 250_000
MAX_UNPACKED = 4 * 1024**3  # bytes
# Texts that are much alike pack to a fiftieth; a file of zeros to a thousandth. Small archives may do as they like.
MAX_RATIO = 200
SMALL = 64 * 1024**2  # bytes, unpacked
# Of a tar: a path has 500 characters; a 3 MB tar once took 6 GB of memory for one name.
MAX_HEADER = 64 * 1024  # bytes
# The directory of 250,000 members takes 200 MB of memory; 4 GB unpack from .xz in two minutes.
LIMITS = Limits(memory=768 * 1024**2, cpu=120, seconds=300, written=MAX_UNPACKED)


class TooMuch(Exception):
    """The archive is larger than what is taken; the message says how."""


class Unreadable(Exception):
    """A member cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive, or what is left of one. It is read at most once, before the next one is asked for."""

    name: str
    read: Callable[[], bytes]
    size: int = 0
    problem: str = ""
    # Damage is told whatever the kind of the file; other problems of files that are not read do not matter.
    is_damaged: bool = False


def damaged(name: str, problem: str) -> Member:
    return Member(name, bytes, problem=problem, is_damaged=True)


def most_unpacked(packed: int) -> int:
    """Returns how many bytes an archive of this size may unpack to."""
    return min(MAX_UNPACKED, max(SMALL, MAX_RATIO * packed))


def path_of(name: str) -> str:
    """Returns the name as a path: archives of Windows may separate folders by backslashes."""
    name = name.replace("\\", "/")
    return name if name.startswith("/") else "/".join(part for part in name.split("/") if part not in ("", "."))


def is_hidden(path: str) -> bool:
    return any(part.startswith(".") and part != ".." for part in path.split("/"))


def path_problem(path: str) -> str:
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ":" in parts[0] or ".." in parts:
        return "leads out of the archive"
    if len(parts) > MAX_FOLDER_DEPTH:
        return f"is more than {MAX_FOLDER_DEPTH} folders deep"
    return name_problem(path)
