"""A folder of a feed, as a program of ours has listed it: only files that nobody writes are read.

The program scans the folder twice. It runs beside the worker, with a limit of time: on a mount whose server is away a
scan would wait for ever.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from articles.importing.sources.files import Listed, Stamp, StillWritten, bytes_of, is_document
from articles.processes import limited, private_files

PROGRAM = "articles.importing.sources.listing"
MOVING = "still being written: the next look takes it"
# Of the scans: a listing of 250,000 files takes some 100 MB and seconds; a disk that sleeps takes some to wake up.
LIMITS = limited.Limits(memory=1024**3, cpu=120, seconds=120, written=256 * 1024**2)


@dataclass(frozen=True, slots=True)
class Listing:
    """What the program found: a hash of all that stands still, and how much does and does not."""

    fingerprint: str = ""
    documents: int = 0
    moving: int = 0
    problem: str = ""


class StillFolder:
    """The documents of a listing; each is read only if it is as it was when it was listed."""

    def __init__(self, root: Path, above: str, listing: Path):
        self.root, self.above, self.listing = str(root), above, listing

    def __str__(self) -> str:
        return self.root

    def __getstate__(self) -> dict[str, Any]:
        # Another process reads the listing for itself.
        return {"root": self.root, "above": self.above, "listing": self.listing}

    def names(self) -> Iterator[Listed]:
        for path, problem, unread, stamp in _lines(self.listing):
            moves = not (problem or unread or stamp)
            yield Listed(self.above + path, problem, unread, MOVING if moves else "")

    def __contains__(self, path: object) -> bool:
        return is_document(str(path)) and str(path).startswith(self.above) and self._own(str(path)) in self._stamps

    def read(self, path: str) -> bytes:
        stamp = self._stamps.get(self._own(path))
        if stamp is None:
            raise StillWritten
        try:
            return bytes_of(f"{self.root}/{self._own(path)}", stamp)
        except FileNotFoundError:
            raise StillWritten from None

    def _own(self, path: str) -> str:
        return path[len(self.above) :]

    @cached_property
    def _stamps(self) -> dict[str, Stamp | None]:
        lines = _lines(self.listing)
        return {
            path: (stamp[0], stamp[1], stamp[2]) if stamp else None
            for path, problem, unread, stamp in lines
            if not (problem or unread)
        }


def list_folder(root: Path, allowed: Sequence[Path], listing: Path, known: str = "", pause: float = 2) -> Listing:
    """Scans the folder twice, `pause` seconds apart, and writes what is there to the file `listing`.

    If the first scan finds what `known` is the fingerprint of, there is no second, and nothing is written.
    """
    asked = json.dumps([str(root), [str(folder) for folder in allowed], known, pause]).encode()
    with private_files.open_file(listing, "wb") as file:
        if problem := limited.run(PROGRAM, limits=LIMITS, output=file, input=asked):
            return Listing(problem=f"The folder cannot be listed: that {problem}.")
    *_, last = listing.read_bytes().splitlines() or [b"{}"]
    try:
        return Listing(**json.loads(last))
    except (ValueError, TypeError):
        return Listing(problem="The folder cannot be listed: the listing broke off.")


def _lines(listing: Path) -> Iterator[tuple[str, str, bool, list[int] | None]]:
    with listing.open() as file:
        for line in file:
            if line.startswith("["):
                path, problem, unread, stamp = json.loads(line)
                yield path, problem, unread, stamp
