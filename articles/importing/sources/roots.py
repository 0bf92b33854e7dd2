"""Joins the folders, files and archives of one run into one stream of paths."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from articles.documents.folders import CATEGORY_OF_FOLDER
from articles.documents.messages import Rejected
from articles.importing.sources.archives import Archive
from articles.importing.sources.files import UNREADABLE, Folder, Single, Source, name_problem


class FoundFile(NamedTuple):
    """A file of a source. Its path, relative to the source and with `/`, is its identity."""

    path: str
    source: int = 0
    problem: str = ""
    left_out: str = ""
    unread: bool = False


LEFT_OUT = "left out by the person who imports: not read"


class Sources:
    """The files of one run. It can be sent to another process.

    A path in `exclude` is not read, but belongs to the run: the document of its article was not renamed.
    `prefix` stands before each path.
    """

    def __init__(self, roots: Sequence[Path | Source], exclude: Container[str] = frozenset(), prefix: str = ""):
        self.sources: list[Source] = [_source(root) if isinstance(root, Path) else root for root in roots]
        self.exclude, self.prefix = exclude, prefix

    def __iter__(self) -> Iterator[FoundFile]:
        for index, source in enumerate(self.sources):
            earlier = self.sources[:index]
            for path, problem, unread, left_out in source.names():
                if earlier and any(path in other for other in earlier):
                    problem = problem or "has the path of another file of this run"
                if self.prefix:
                    path = self.prefix + path
                    problem = problem or ("" if unread else name_problem(path))
                if unread and not path.isprintable():
                    # It is only named: escaped, whatever the database takes as text.
                    path = path.encode("unicode_escape").decode()
                yield FoundFile(path, index, problem, left_out or (LEFT_OUT if path in self.exclude else ""), unread)

    def __contains__(self, path: object) -> bool:
        return self.find(str(path)) is not None

    def find(self, path: str) -> FoundFile | None:
        if not path.startswith(self.prefix):
            return None
        own = path[len(self.prefix) :]
        return next((FoundFile(path, n) for n, source in enumerate(self.sources) if own in source), None)

    def read(self, found: FoundFile) -> bytes:
        if found.problem:
            raise Rejected(found.problem)
        try:
            return self.sources[found.source].read(found.path[len(self.prefix) :])
        except OSError as error:
            raise Rejected(f"{UNREADABLE}: {error.strerror or error}") from None


ZIP_SUFFIX = ".zip"
TAR_SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")


def _source(path: Path) -> Source:
    if path.is_dir():
        return Folder(path, in_collection(path))
    if path.name.lower().endswith((ZIP_SUFFIX, *TAR_SUFFIXES)) and path.is_file():
        return Archive(path)
    return Single(path, in_collection(path.parent))


def in_collection(folder: Path) -> str:
    """Returns the path of a folder from its outermost collection folder on, with a `/` at the end; '' if it is in none.

    So a document has the same path whichever folder of a site is imported.
    """
    parts = folder.absolute().parts
    first = next((n for n, part in enumerate(parts) if part in CATEGORY_OF_FOLDER), len(parts))
    return "".join(f"{part}/" for part in parts[first:])
