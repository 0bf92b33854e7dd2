"""Which refusals and warnings are no news: they were the same when the document was last read.

What an article's document said before stands beside it, so its warnings are compared with those of that. Of other files
(refused ones, topics, organizations) the rows of the last run of the same source tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings

from articles.documents import front_matter
from articles.documents.messages import Message, Rejected
from articles.documents.parse import record_from
from articles.documents.stored import OtherDocument, document_in, earlier_document
from articles.importing.sources.items import ImportItem
from articles.models import ImportFile, ImportRun, Noise

COMPARED_LEVELS = frozenset({"error", "warning"})
# Each upload has a folder of its own: their files are compared with those of the last uploads, whoever sent them.
UPLOADS_COMPARED = 10
RUNS_SEARCHED = 50
_PLACE = re.compile(r"\[[0-9]+\]")


@dataclass
class KnownMessages:
    """The messages of earlier runs, for one run."""

    run: ImportRun = field(default_factory=ImportRun)

    def mark(self, items: Iterable[ImportItem]) -> None:
        """Marks the refusals and warnings that are known."""
        for item in items:
            if any(message.level in COMPARED_LEVELS for message in item.messages):
                before = self._before(item)
                item.messages = [replace(m, known=_key(item.path, m) in before) for m in item.messages]

    def _before(self, item: ImportItem) -> frozenset[int]:
        if item.article and item.earlier is not None:
            return frozenset(_key(item.path, message) for message in _messages_before(item))
        return self._of_last_run

    @cached_property
    def _of_last_run(self) -> frozenset[int]:
        """The messages of the files without an article in the last run of the source, as hashes: there may be many."""
        rows = ImportFile.objects.filter(run__in=runs_before(self.run)).exclude(messages=[]).exclude(noise=Noise.UNREAD)
        found = rows.order_by().values_list("path", "messages").iterator()
        return frozenset(_key(path, Message(**_plain(told))) for path, messages in found for told in messages)


def runs_before(run: ImportRun) -> list[int]:
    """Returns the last run of the same roots that was finished; of uploads the last few, which have no roots alike."""
    done = ImportRun.objects.filter(status=ImportRun.Status.DONE, undoes=None, cut_at=None, pk__lt=run.pk or 0)
    done = done.exclude(options__has_key="undo").order_by("-pk")
    if not _are_uploads(run.roots):
        return list(done.filter(roots=run.roots).values_list("pk", flat=True)[:1])
    found = done.filter(options__has_key="upload").values_list("pk", "roots")[:RUNS_SEARCHED]
    return [pk for pk, roots in found if _are_uploads(roots)][:UPLOADS_COMPARED]


def _are_uploads(roots: Sequence[str]) -> bool:
    folder = Path(settings.IMPORT_UPLOADS).resolve()
    return bool(roots) and all(Path(root).is_relative_to(folder) for root in roots)


def _messages_before(item: ImportItem) -> list[Message]:
    """Returns the warnings of the document that the article had before this run."""
    try:
        raw = earlier_document(document_in(item.source), item.earlier or b"")
        return record_from(front_matter.parse_document(raw, item.path), item.path)[1]
    except (Rejected, OtherDocument):
        return []


def _key(path: str, message: Message) -> int:
    # An entry of a list may have got another place: related[3] → related[4].
    where = _PLACE.sub("[]", message.field)
    return hash((path.encode(errors="surrogateescape"), message.level, where, message.text))


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    return {name: told.get(name, "") for name in ("level", "text", "field")}
