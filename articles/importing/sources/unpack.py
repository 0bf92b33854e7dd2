"""The program that reads an archive: it writes the documents one behind the other into a file, and a list of all files.

It is a process of limited memory and time, since an archive of some kilobytes can be made to take gigabytes and hours.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from articles.documents.messages import Rejected
from articles.importing.sources.files import at_most, check_size, is_document
from articles.importing.sources.members import (
    LIMITS,
    MAX_MEMBERS,
    Member,
    TooMuch,
    is_hidden,
    most_unpacked,
    path_of,
    path_problem,
)
from articles.importing.sources.tars import tar_members
from articles.importing.sources.zips import zip_members
from articles.processes import limited

# path, problem, whether it is of a kind that is not read, where its bytes begin, and their number
Line = tuple[str, str, bool, int, int]


def lines(file: Path, documents: BinaryIO) -> Iterator[Line]:
    """Yields a line for each file of the archive, and writes the bytes of documents."""
    members = zip_members(file) if file.name.lower().endswith(".zip") else tar_members(file)
    try:
        yield from _lines(members, documents, most_unpacked(file.stat().st_size))
    except TooMuch as problem:
        yield file.name, f"is no readable archive from here on: it {problem}", False, 0, 0
    except MemoryError:
        yield file.name, "is no readable archive from here on: it takes too much memory", False, 0, 0
    except limited.OutOfTime:
        yield file.name, f"is no readable archive from here on: it takes more than {LIMITS.cpu} seconds", False, 0, 0


def _lines(members: Iterator[Member], documents: BinaryIO, most: int) -> Iterator[Line]:
    seen: set[str] = set()
    position = 0
    for count, member in enumerate(members, 1):
        if count > MAX_MEMBERS:
            raise TooMuch(f"holds more than {MAX_MEMBERS:,} files")
        path = path_of(member.name)
        if member.is_damaged:
            yield path, member.problem, False, 0, 0
        elif not path or is_hidden(path):
            continue
        elif not is_document(path):
            yield path, "", True, 0, 0
        elif problem := member.problem or path_problem(path) or ("stands twice in the archive" if path in seen else ""):
            yield path, problem, False, 0, 0
        else:
            content, problem = _read(member)
            if position + len(content) > most:
                raise TooMuch(f"unpacks to more than {most:,} bytes")
            documents.write(content)
            yield path, problem, False, position, len(content)
            position += len(content)
        seen.add(path)


def _read(member: Member) -> tuple[bytes, str]:
    try:
        check_size(member.size)
        # The size that an archive states may be a lie.
        return at_most(member.read()), ""
    except (Rejected, TooMuch) as problem:
        if isinstance(problem, TooMuch):
            raise
        return b"", str(problem)
    except MemoryError:
        return b"", "takes too much memory to unpack"
    # The readers of the many kinds of compression raise exceptions of any class.
    except Exception as error:
        return b"", f"cannot be read: {error or type(error).__name__}"


def main(file: str, descriptor: str) -> None:
    limited.confine(LIMITS)
    with open(int(descriptor), "wb") as documents:  # noqa: PTH123 - no path, but a descriptor
        for line in lines(Path(file), documents):
            sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
