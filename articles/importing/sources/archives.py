"""Reads archives of documents member by member as a stream, and never extracts them."""

from __future__ import annotations

import stat
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from articles.documents.messages import Rejected
from articles.importing.sources.files import (
    MAX_DOCUMENT_BYTES,
    MAX_FOLDER_DEPTH,
    at_most,
    check_size,
    is_document,
    name_problem,
)

MAX_MEMBERS = 500_000  # of one archive
MAX_RATIO = 200  # of a member's size to what it takes in the archive
MAX_UNPACKED = 4 * 1024**3  # bytes, of all members


class Zip:
    """The documents of a .zip file."""

    def __init__(self, file: Path):
        self.file = file
        self._open: zipfile.ZipFile | None = None
        self._paths: frozenset[str] | None = None

    def __getstate__(self) -> dict[str, object]:
        return {"file": self.file, "_open": None, "_paths": None}

    def names(self) -> Iterator[tuple[str, str]]:
        try:
            with zipfile.ZipFile(self.file) as archive:
                members = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
            yield self.file.name, f"is no readable .zip: {error}"
            return
        ratio = _too_much([(m.file_size, m.compress_size) for m in members])
        seen: set[str] = set()
        for member in members:
            kind = stat.S_IFMT(member.external_attr >> 16)
            odd = "" if kind in (0, stat.S_IFREG) else "is not a regular file"
            if member.flag_bits & 1:
                odd = "is encrypted"
            if not member.is_dir() and (odd or is_document(member.filename)):
                twice = "stands twice in the archive" if member.filename in seen else ""
                yield member.filename, ratio or odd or twice or _member_problem(member.filename)
                seen.add(member.filename)

    def __contains__(self, path: object) -> bool:
        if self._paths is None:
            self._paths = frozenset(name for name, problem in self.names() if not problem)
        return path in self._paths

    def read(self, path: str) -> bytes:
        self._open = self._open or zipfile.ZipFile(self.file)
        member = self._open.getinfo(path)
        check_size(member.file_size)
        with self._open.open(member) as file:
            return at_most(file.read(MAX_DOCUMENT_BYTES + 1))


class Tar:
    """The documents of a .tar.gz file, read as one stream in the order of the archive."""

    def __init__(self, file: Path):
        self.file = file
        self._stream: Iterator[tuple[tarfile.TarInfo, tarfile.TarFile]] | None = None
        self._paths: frozenset[str] | None = None

    def __getstate__(self) -> dict[str, object]:
        return {"file": self.file, "_stream": None, "_paths": None}

    def _members(self) -> Iterator[tuple[tarfile.TarInfo, tarfile.TarFile]]:
        unpacked = 0
        with tarfile.open(self.file, "r|*") as archive:
            for count, member in enumerate(archive, 1):
                archive.members = []  # type: ignore[attr-defined] # tarfile would keep every header
                unpacked += member.size
                if count > MAX_MEMBERS or unpacked > MAX_UNPACKED:
                    raise tarfile.ReadError("unpacks to more than is taken")
                yield member, archive

    def names(self) -> Iterator[tuple[str, str]]:
        seen: set[str] = set()
        try:
            for member, _ in self._members():
                name = member.name.removeprefix("./")
                if member.isdir() or not (is_document(name) or not member.isfile()):
                    continue
                problem = "" if member.isfile() else "is not a regular file"
                yield name, problem or ("stands twice in the archive" if name in seen else _member_problem(name))
                seen.add(name)
        except (tarfile.TarError, EOFError, OSError) as error:
            yield self.file.name, f"is no readable archive: {error}"

    def __contains__(self, path: object) -> bool:
        if self._paths is None:
            self._paths = frozenset(name for name, problem in self.names() if not problem)
        return path in self._paths

    def read(self, path: str) -> bytes:
        for _ in range(2):
            self._stream = self._stream or self._members()
            for member, archive in self._stream:
                if member.name.removeprefix("./") == path and member.isfile():
                    check_size(member.size)
                    file = archive.extractfile(member)
                    return at_most(file.read(MAX_DOCUMENT_BYTES + 1) if file else b"")
            # The member is not behind the last one that was read: start again.
            self._stream = None
        raise Rejected("is no longer in the archive")


def _member_problem(path: str) -> str:
    parts = PurePosixPath(path).parts
    if path.startswith("/") or "\\" in path or ":" in parts[0] or ".." in parts:
        return "leads out of the archive"
    if len(parts) > MAX_FOLDER_DEPTH:
        return f"is more than {MAX_FOLDER_DEPTH} folders deep"
    return name_problem(path)


def _too_much(sizes: Sequence[tuple[int, int]]) -> str:
    """Returns why the archive is too large, by the sizes (unpacked, packed) of its members; '' if it is not."""
    if len(sizes) > MAX_MEMBERS:
        return f"is in an archive of more than {MAX_MEMBERS:,} files"
    if sum(size for size, _ in sizes) > MAX_UNPACKED:
        return f"is in an archive that unpacks to more than {MAX_UNPACKED:,} bytes"
    if any(size > MAX_DOCUMENT_BYTES and size > MAX_RATIO * max(packed, 1) for size, packed in sizes):
        return f"is in an archive with a member of more than {MAX_RATIO} times its packed size"
    return ""
