"""One document on its way through a run."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

from articles.documents import front_matter as documents
from articles.documents.messages import Message, Rejected
from articles.documents.parse import record_from
from articles.documents.records import Record
from articles.importing.sources.roots import Found, Sources
from articles.models import Verdict

ExistingArticle = tuple[int, bytes]  # an article's primary key, and the digest of its document


@dataclass(slots=True)
class Item:
    path: str
    record: Record | None = None
    digest: bytes = b""
    source: bytes = b""  # the document as its article keeps it
    messages: list[Message] = field(default_factory=list)
    verdict: Verdict | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)  # field: [before, after]
    article: int | None = None  # primary key
    earlier: bytes | None = None  # the article's source before, and its conflicts then
    earlier_conflicts: list[str] = field(default_factory=list)
    restore_conflicts: list[str] | None = None  # undoing: the conflicts that the article is to have again

    def __reduce__(self) -> tuple[Any, ...]:
        # As the reader sends it: what saving adds is empty. A dataclass would look up its fields each time.
        return Item, (self.path, self.record, self.digest, self.source, self.messages, self.verdict, {}, self.article)

    def hold(self, raw: bytes) -> None:
        """Keep the bytes of the document."""
        self.digest, self.source = documents.digest(raw), packed(raw)

    def reject(self, message: Message) -> None:
        self.verdict, self.record, self.article = Verdict.REJECTED, None, None
        self.messages = [message]
        self.changes = {}


def packed(raw: bytes) -> bytes:
    """The bytes as an article keeps them: zlib, level 1, since what a higher one saves is not worth its time."""
    return zlib.compress(raw, 1)


def read_item(sources: Sources, found: Found, there: ExistingArticle | None = None) -> Item:
    """The file as an item: with a record, rejected, unchanged, or kept as it is because a person left it out.

    `there` is the article of this path, and the digest of its document: one that is the same is not parsed again.
    """
    item = Item(found.path)
    if found.left_out:
        item.verdict = Verdict.KEPT
        item.messages.append(Message("note", "left out by the person who imports: not read"))
        return item
    try:
        raw = sources.read(found)
        item.digest = documents.digest(raw)
        if there and there[1] == item.digest:
            item.verdict, item.article = Verdict.UNCHANGED, there[0]
            return item
        item.record, item.messages = record_from(documents.parse(raw, found.path), found.path)
        item.source = packed(raw)
    except Rejected as refusal:
        item.reject(refusal.message)
    return item
