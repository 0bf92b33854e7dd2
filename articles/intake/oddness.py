"""What is odd about a run, before it is one: the shares that a rehearsal counts, and the limits of the feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from articles.importing.runs.job import storable
from articles.importing.sources.items import ImportItem
from articles.importing.sources.still import MOVING
from articles.importing.uploads.storage import feed_folder
from articles.models import DocumentFeed, Noise, Verdict
from articles.processes import private_files

# Of a client's pushes: a share of fewer documents says nothing, as a push may hold a single one.
FEWEST_PUSHED = 20
UNWRITTEN = (Verdict.UNCHANGED, Verdict.REJECTED)
CHANGED = (Verdict.UPDATED, Verdict.CONFLICT)
ASKS_FIRST = "this feed asks for a preview first"


def known_paths_file(feed: DocumentFeed) -> Path:
    return feed_folder(feed) / "known"


@dataclass(slots=True)
class Shares:
    """Counts the files of a rehearsal; called with each."""

    feed: DocumentFeed
    documents: int = 0
    rejected: int = 0  # without those that were refused for the same reason before
    changed: int = 0  # in a fact
    written: int = 0  # anything of which a person may want to see a preview
    moving: int = 0  # still being written: not read
    old: int = 0  # documents that are no new articles
    paths: set[str] = field(default_factory=set)

    def __call__(self, item: ImportItem) -> None:
        if item.noise == Noise.UNREAD:
            return
        self.documents += 1
        self.paths.add(storable(item.path))
        # The document of a renamed article is not gone.
        if moved_from := item.changes.get("path", [None])[0]:
            self.paths.add(moved_from)
        self.rejected += item.verdict == Verdict.REJECTED and item.noise != Noise.KNOWN
        # A new name is no fact of the article.
        self.changed += item.verdict in CHANGED and item.changes.keys() != {"path"}
        self.old += item.verdict not in (Verdict.CREATED, Verdict.DUPLICATE)
        moves = item.verdict == Verdict.KEPT and any(message.text == MOVING for message in item.messages)
        self.moving += moves
        self.written += not moves and (item.verdict not in UNWRITTEN or bool(item.renewed))

    @property
    def is_all_the_same(self) -> bool:
        """Whether nothing is new but what is still being written."""
        return self.moving > 0 and not (self.written or self.rejected)

    def reasons(self) -> list[str]:
        """Returns why the run waits for a person, in words; none if it does not."""
        feed = self.feed
        if feed.kind == feed.Kind.PUSH:
            if self.documents < FEWEST_PUSHED:
                return self._preview()
            # A client sends a part of what it has: what is not in it has not gone.
            known, gone = self.old, 0
        else:
            known, gone = feed.documents, self._gone()
        found = [
            _over(self.rejected, self.documents, feed.max_rejected, "of its documents would be rejected"),
            _over(self.changed, known, feed.max_changed, "of its known documents would change"),
            _over(gone, known, feed.max_gone, "of its known documents are gone"),
        ]
        odd = [words for words in found if words]
        return [f"held: {'; '.join(odd)}"] if odd else self._preview()

    def _preview(self) -> list[str]:
        return [ASKS_FIRST] if self.feed.mode == DocumentFeed.Mode.PREVIEW and self.written else []

    def _gone(self) -> int:
        known = set(known_paths(self.feed))
        if len(known) == self.feed.documents:
            return len(known - {one_line(path) for path in self.paths})
        # Our file was lost, or is of another time: their number is all that is known.
        return max(0, self.feed.documents - self.old)


def one_line(path: str) -> str:
    return path.replace("\n", "")


def known_paths(feed: DocumentFeed) -> Iterator[str]:
    """Yields the paths that the feed had at the last import."""
    try:
        with known_paths_file(feed).open() as file:
            for line in file:
                yield line.rstrip("\n")
    except FileNotFoundError:
        return


def keep_known_paths(feed: DocumentFeed, paths: Iterable[str]) -> int:
    """Replaces the paths that the feed had, and returns their number."""
    file = known_paths_file(feed)
    private_files.make_folder(file.parent)
    half, number = file.with_suffix(".new"), 0
    with private_files.open_file(half, "w") as lines:
        for path in paths:
            lines.write(one_line(path) + "\n")
            number += 1
    half.replace(file)
    return number


def _over(part: int, whole: int, limit: int, words: str) -> str:
    """Returns the words for a share that is more than its limit. Compared as whole numbers: 20 of 100 is not more."""
    if not whole or part * 100 <= limit * whole:
        return ""
    return f"{_percent(part, whole, limit)} % {words} (limit {limit} %)"


def _percent(part: int, whole: int, limit: int) -> str:
    share = 100 * part / whole
    # 20.3 must not read as 20 beside a limit of 20.
    if round(share) > limit:
        return f"{share:.0f}"
    return f"{share:.1f}" if round(share, 1) > limit else f"just over {limit}"
