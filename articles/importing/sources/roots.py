"""Joins the folders, files and archives of one run into one stream of paths."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from articles.documents.messages import Rejected
from articles.importing.sources.archives import Tar, Zip
from articles.importing.sources.files import Folder, Single, Source


class FoundFile(NamedTuple):
    """A file that may be a document. Its path, relative to the source and with `/`, is its identity."""

    path: str
    source: int = 0
    problem: str = ""
    left_out: bool = False


class Sources:
    """The files of one run. It can be sent to another process.

    A path in `exclude` is not read, but belongs to the run: the document of its article was not renamed.
    """

    def __init__(self, paths: Sequence[Path], exclude: Container[str] = frozenset()):
        self.sources: list[Source] = [_source(path) for path in paths]
        # The folders above a document may say what it is.
        self.roots = [str(path.absolute() if path.is_dir() else path.absolute().parent) for path in paths]
        self.exclude = exclude

    def __iter__(self) -> Iterator[FoundFile]:
        for index, source in enumerate(self.sources):
            earlier = self.sources[:index]
            for path, problem in source.names():
                if earlier and any(path in other for other in earlier):
                    problem = problem or "has the path of another file of this run"
                yield FoundFile(path, index, problem, left_out=path in self.exclude)

    def __contains__(self, path: object) -> bool:
        return any(path in source for source in self.sources)

    def find(self, path: str) -> FoundFile | None:
        return next((FoundFile(path, n) for n, source in enumerate(self.sources) if path in source), None)

    def read(self, found: FoundFile) -> bytes:
        if found.problem:
            raise Rejected(found.problem)
        try:
            return self.sources[found.source].read(found.path)
        except OSError as error:
            raise Rejected(f"cannot be read: {error.strerror or error}") from None
        except (tarfile.TarError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
            raise Rejected(f"cannot be read: {error}") from None


ZIP_SUFFIX, TAR_SUFFIXES = ".zip", (".tar.gz", ".tgz", ".tar")


def _source(path: Path) -> Source:
    if path.is_dir():
        return Folder(path)
    if path.name.lower().endswith(ZIP_SUFFIX) and path.is_file():
        return Zip(path)
    if path.name.lower().endswith(TAR_SUFFIXES) and path.is_file():
        return Tar(path)
    return Single(path)
