"""Counts what became of the files of a run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import PurePosixPath
from typing import Any

from articles.documents.messages import printable
from articles.importing.sources.items import ImportItem
from articles.models import Noise, Verdict

MOST_KINDS = 30  # of files that are not read; an archive may have thousands of endings


@dataclass(slots=True)
class Report:
    """Counts of a run. `exit_code`: 0 all taken, 1 some rejected, 2 nothing usable.

    With `news_only`, a file that was rejected for the same reason in the last run of its source does not count for 1.
    """

    dry_run: bool = False
    run: int | None = None  # primary key; None for a dry run
    counts: Counter[str] = field(default_factory=Counter)
    warnings: int = 0
    # Of the unchanged: what was renewed, without a change of a fact. Of the rest: what is no news. Both by kind.
    renewed: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)  # by the ending of their names
    news_only: bool = False  # `exit_code` speaks of new refusals only
    seconds: float = 0.0
    # Of articles whose documents have left the roots: path, article, state, and why one was not withdrawn.
    missing: list[dict[str, Any]] = field(default_factory=list)
    _digest: Any = field(default_factory=lambda: blake2b(digest_size=16))

    def add(self, item: ImportItem) -> None:
        self.counts[verdict_of(item)] += 1
        warnings = [message.known for message in item.messages if message.level == "warning"]
        self.warnings += len(warnings)
        self.known["warnings"] += sum(warnings)
        self.known["rejected"] += item.noise == Noise.KNOWN
        if item.noise == Noise.UNREAD:
            self.unread[kind_of(item.path)] += 1
        if item.renewed and item.verdict == Verdict.UNCHANGED:
            self.renewed[item.renewed] += 1
        self._digest.update(f"{item.path}\0{item.digest.hex()}\0".encode(errors="surrogateescape"))

    @property
    def files(self) -> int:
        return self.counts.total()

    @property
    def digest(self) -> str:
        """The hash of all paths and contents in the order of the run: equal for equal input."""
        return str(self._digest.hexdigest())

    @property
    def exit_code(self) -> int:
        rejected = self.counts[Verdict.REJECTED]
        if rejected == self.files:
            return 2
        return 1 if rejected > (self.known["rejected"] if self.news_only else 0) else 0

    @property
    def details(self) -> dict[str, Any]:
        """What is counted beside the verdicts, as a run keeps it."""
        return {
            "renewed": dict(self.renewed),
            "known": dict(+self.known),
            "unread": self._kinds(),
            "warnings": self.warnings,
        }

    def _kinds(self) -> dict[str, int]:
        most = self.unread.most_common(MOST_KINDS)
        rest = self.unread.total() - sum(number for _, number in most)
        return dict(most) | ({"of other kinds": rest} if rest else {})

    def as_json(self) -> dict[str, Any]:
        return {
            "run": self.run,
            "dry_run": self.dry_run,
            "files": self.files,
            "digest": self.digest,
            "counts": {verdict.value: self.counts[verdict] for verdict in Verdict},
            **self.details,
            "missing": self.missing,
            "seconds": round(self.seconds, 3),
            "exit_code": self.exit_code,
        }


def kind_of(path: str) -> str:
    """Returns the ending of the name of a file, by which it is known what it is."""
    ending = PurePosixPath(path).suffix.lower()[:20]
    return (ending if ending.isprintable() else printable(ending)) or "without an ending"


def verdict_of(item: ImportItem) -> Verdict:
    if item.verdict is None:
        raise AssertionError(f"{item.path} has no verdict")
    return item.verdict
