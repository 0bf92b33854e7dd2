"""The program that lists a folder: two scans, and what differs between them is being written."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from articles.importing.sources.files import UNREADABLE, Folder, Stamp, stamp_of
from articles.importing.sources.still import LIMITS
from articles.processes import limited

NOT_THERE = "There is no such folder among those that may be imported from."


class Seen(NamedTuple):
    problem: str = ""
    unread: bool = False
    stamp: Stamp | None = None


Scan = dict[str, Seen]


class Unreadable(Exception):
    """A folder, or one in it, cannot be read: what lies there is not gone."""


def scan(root: str) -> Scan:
    found = {}
    for path, problem, unread, _ in Folder(Path(root)).names():
        if problem.startswith(UNREADABLE):
            raise Unreadable(f"{path} {problem}.")
        stamp = None
        if not (problem or unread):
            try:
                stamp = stamp_of(os.lstat(f"{root}/{path}"))
            except FileNotFoundError:
                continue
            except OSError as error:
                raise Unreadable(f"{path} {UNREADABLE}: {error.strerror}.") from error
        found[path] = Seen(problem, unread, stamp)
    return found


def compared(first: Scan, second: Scan) -> Iterator[tuple[str, Seen, bool]]:
    """Yields what is there, and whether it moves. What vanished between the scans is on its way, too."""
    for path in sorted(first.keys() | second.keys()):
        before, after = first.get(path), second.get(path)
        yield path, (after or before or Seen()), before != after


def fingerprint(found: Scan) -> str:
    digest = blake2b(digest_size=16)
    for path in sorted(found):
        digest.update(json.dumps([path, *found[path]]).encode())
    return digest.hexdigest()


def allowed(root: str, folders: Sequence[str]) -> str:
    """Returns the folder without symbolic links, or raises Unreadable."""
    try:
        real = os.path.realpath(root, strict=True)
    except OSError:
        raise Unreadable(NOT_THERE) from None
    if not Path(real).is_dir() or not any(Path(real).is_relative_to(folder) for folder in folders):
        raise Unreadable(NOT_THERE)
    return real


def say(**words: str | int) -> None:
    sys.stdout.write(json.dumps(words) + "\n")


def main() -> None:
    limited.confine(LIMITS)
    root, folders, known, pause = json.load(sys.stdin)
    try:
        real = allowed(root, folders)
        first = scan(real)
        if known and fingerprint(first) == known:
            say(fingerprint=known, documents=sum(seen.stamp is not None for seen in first.values()))
            return
        time.sleep(pause)
        second = scan(real)
    except Unreadable as refusal:
        say(problem=str(refusal))
        return
    still: Scan = {}
    moving = 0
    for path, seen, moves in compared(first, second):
        moves = moves and not (seen.problem or seen.unread)
        moving += moves
        if not moves:
            still[path] = seen
        sys.stdout.write(json.dumps([path, seen.problem, seen.unread, None if moves else seen.stamp]) + "\n")
    documents = moving + sum(seen.stamp is not None for seen in still.values())
    say(fingerprint=fingerprint(still), documents=documents, moving=moving)


if __name__ == "__main__":
    main()
