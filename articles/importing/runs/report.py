"""Counts what became of the files of a run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from articles.importing.sources.items import ImportItem
from articles.models import Verdict


@dataclass(slots=True)
class Report:
    """Counts of a run. `exit_code`: 0 all taken, 1 some rejected, 2 nothing usable."""

    dry_run: bool = False
    run: int | None = None  # primary key; None for a dry run
    counts: Counter[str] = field(default_factory=Counter)
    warnings: int = 0
    seconds: float = 0.0
    # Of articles whose documents have left the roots: path, article, state, and why one was not withdrawn.
    missing: list[dict[str, Any]] = field(default_factory=list)
    _digest: Any = field(default_factory=lambda: blake2b(digest_size=16))

    def add(self, item: ImportItem) -> None:
        self.counts[verdict_of(item)] += 1
        self.warnings += sum(message.level == "warning" for message in item.messages)
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
        return 2 if rejected == self.files else 1 if rejected else 0

    def as_json(self) -> dict[str, Any]:
        return {
            "run": self.run,
            "dry_run": self.dry_run,
            "files": self.files,
            "digest": self.digest,
            "counts": {verdict.value: self.counts[verdict] for verdict in Verdict},
            "warnings": self.warnings,
            "missing": self.missing,
            "seconds": round(self.seconds, 3),
            "exit_code": self.exit_code,
        }


def verdict_of(item: ImportItem) -> Verdict:
    if item.verdict is None:
        raise AssertionError(f"{item.path} has no verdict")
    return item.verdict
