"""Writes documents to a folder or an archive. Each document is written whole or not at all, and never outside."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol

ARCHIVES = (".zip", ".tar.gz", ".tgz")
TEMPORARY = ".newsroom-export"


class PlaceRefused(Exception):
    """The folder or archive cannot be written, or not this path."""


class ExportPlace(Protocol):
    def put(self, path: str, raw: bytes) -> None:
        """Writes one document, whole or not at all; raises PlaceRefused or an OSError."""


class FolderPlace:
    """Writes below a folder. It opens every folder of a path without following links, so none leads outside."""

    def __init__(self, root: int):
        self.root = root
        self.parent, self.descriptor = "", os.dup(root)

    def put(self, path: str, raw: bytes) -> None:
        parent, _, name = checked(path).rpartition("/")
        if parent != self.parent:
            descriptor = _opened(self.root, parent)
            os.close(self.descriptor)
            self.parent, self.descriptor = parent, descriptor
        temporary = f"{TEMPORARY}-{os.getpid()}"
        new = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=self.descriptor)
        try:
            with open(new, "wb") as file:  # noqa: PTH123 - relative to an open folder
                file.write(raw)
            os.rename(temporary, name, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)
        except OSError:
            os.unlink(temporary, dir_fd=self.descriptor)
            raise

    def close(self) -> None:
        os.close(self.descriptor)


class ZipPlace:
    def __init__(self, archive: zipfile.ZipFile):
        self.archive = archive

    def put(self, path: str, raw: bytes) -> None:
        self.archive.writestr(zipfile.ZipInfo(checked(path)), raw, zipfile.ZIP_DEFLATED)


class TarPlace:
    def __init__(self, archive: tarfile.TarFile):
        self.archive = archive

    def put(self, path: str, raw: bytes) -> None:
        member = tarfile.TarInfo(checked(path))
        member.size = len(raw)
        self.archive.addfile(member, io.BytesIO(raw))


@contextmanager
def folder(path: Path, *, overwrite: bool) -> Iterator[ExportPlace]:
    """Opens a folder, and creates it if it is missing. One that is not empty needs `overwrite`."""
    path.mkdir(parents=True, exist_ok=True)
    if not overwrite and any(path.iterdir()):
        raise PlaceRefused(f"{path} is not empty: name a new folder, or say --overwrite")
    root = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    place = FolderPlace(root)
    try:
        yield place
    finally:
        place.close()
        os.close(root)


@contextmanager
def archive(path: Path, *, overwrite: bool) -> Iterator[ExportPlace]:
    """Opens an archive, which gets its name once the last document is in it."""
    if not path.name.endswith(ARCHIVES):
        raise PlaceRefused(f"{path} is no name of an archive: {', '.join(ARCHIVES)} are known")
    if path.exists() and not overwrite:
        raise PlaceRefused(f"{path} is there already: name another file, or say --overwrite")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + TEMPORARY)
    # That of an export that was killed.
    temporary.unlink(missing_ok=True)
    try:
        with _archive(temporary, path.name) as place:
            yield place
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def place(directory: Path | None, file: Path | None, *, overwrite: bool) -> AbstractContextManager[ExportPlace]:
    """Opens the folder or the archive that a person named; raises PlaceRefused unless it is one of the two."""
    if directory and not file:
        return folder(directory, overwrite=overwrite)
    if file and not directory:
        return archive(file, overwrite=overwrite)
    raise PlaceRefused("name a folder, or a file by --archive")


@contextmanager
def _archive(temporary: Path, name: str) -> Iterator[ExportPlace]:
    if name.endswith(".zip"):
        with zipfile.ZipFile(temporary, "x") as zipped:
            yield ZipPlace(zipped)
    else:
        with tarfile.open(temporary, "x:gz", compresslevel=6) as tar:
            yield TarPlace(tar)


def checked(path: str) -> str:
    """Returns the path of a document; raises PlaceRefused if it leads outside."""
    if not path.isprintable() or path.startswith("/") or {"", ".", ".."} & set(path.split("/")):
        raise PlaceRefused("is no path below a folder: not written")
    return path


def _opened(root: int, parent: str) -> int:
    """Opens the folder at this path below the root, and creates missing ones. Raises OSError for a link or file."""
    descriptor = os.dup(root)
    for name in parent.split("/") if parent else ():
        above = descriptor
        try:
            with suppress(FileExistsError):
                os.mkdir(name, dir_fd=above)
            descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=above)
        finally:
            os.close(above)
    return descriptor
