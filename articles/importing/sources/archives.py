"""Archives of documents. They are unpacked once, by a program of limited memory and time, and never into folders."""

from __future__ import annotations

import json
import os
import tempfile
import weakref
from collections.abc import Iterator
from multiprocessing import context, reduction
from pathlib import Path
from typing import IO, Any

from articles.documents.messages import Rejected
from articles.importing.sources.files import Listed
from articles.importing.sources.members import LIMITS
from articles.importing.sources.unpack import Line
from articles.processes import limited

PROGRAM = "articles.importing.sources.unpack"
# Where /tmp lies in memory, as on many systems, an archive must not; TMPDIR names another folder.
IN_MEMORY, ON_DISK = "/tmp", "/var/tmp"  # noqa: S108 - for files without a name


class Archive:
    """The files of a .zip or .tar, in their order, as two files without a name: the documents, and a list."""

    def __init__(self, file: Path):
        self.file = file
        self._descriptors: list[int] = []  # of the documents, and of the list
        self._paths: frozenset[str] | None = None
        self._next: Iterator[Line] = iter(())

    def __getstate__(self) -> dict[str, Any]:
        # A process that is being started inherits the two files; any other copy would unpack for itself.
        starts = context.get_spawning_popen() is not None
        inherited = [reduction.DupFd(descriptor) for descriptor in self._descriptors] if starts else []
        return {"file": self.file, "inherited": inherited}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["file"])  # type: ignore[misc]
        self._keep([descriptor.detach() for descriptor in state["inherited"]])

    def names(self) -> Iterator[Listed]:
        for path, problem, unread, _, _ in self._lines():
            yield Listed(path, problem, unread)

    def __contains__(self, path: object) -> bool:
        # Also a document that cannot be read: it has not left, and its article is no renamed one.
        if self._paths is None:
            self._paths = frozenset(path for path, _, unread, _, _ in self._lines() if not unread)
        return path in self._paths

    def read(self, path: str) -> bytes:
        for _ in range(2):
            for found, problem, unread, position, size in self._next:
                if found == path and not problem and not unread:
                    return os.pread(self._opened()[0], size, position)
            # It does not stand behind the last one that was read: start again.
            self._next = self._lines()
        raise Rejected("is not in the archive")

    def _lines(self) -> Iterator[Line]:
        # By position, since processes share the place up to which a file was read.
        descriptor = self._opened()[1]
        position, rest = 0, b""
        while chunk := os.pread(descriptor, 65_536, position):
            position += len(chunk)
            *lines, rest = (rest + chunk).split(b"\n")
            yield from map(json.loads, lines)

    def _opened(self) -> list[int]:
        if not self._descriptors:
            self._keep(_unpack(self.file))
        return self._descriptors

    def _keep(self, descriptors: list[int]) -> None:
        self._descriptors = descriptors
        for descriptor in descriptors:
            weakref.finalize(self, os.close, descriptor)


def _unpack(file: Path) -> list[int]:
    folder = ON_DISK if tempfile.gettempdir() == IN_MEMORY and os.access(ON_DISK, os.W_OK) else None
    with tempfile.TemporaryFile(dir=folder) as documents, tempfile.TemporaryFile(dir=folder) as lines:
        descriptor = documents.fileno()
        arguments = [str(file.resolve()), str(descriptor)]
        if problem := limited.run(PROGRAM, *arguments, limits=LIMITS, output=lines, pass_fds=[descriptor]):
            _end_list(lines, (file.name, f"is no readable archive from here on: it {problem}", False, 0, 0))
        return [os.dup(descriptor), os.dup(lines.fileno())]


def _end_list(lines: IO[bytes], last: Line) -> None:
    """Writes the last line of a list whose program was ended, perhaps in the middle of one."""
    lines.seek(0)
    lines.truncate(lines.read().rfind(b"\n") + 1)
    lines.seek(0, os.SEEK_END)
    lines.write(json.dumps(last).encode() + b"\n")
    lines.flush()
