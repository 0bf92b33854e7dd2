"""One document on its way through a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from articles.documents import front_matter
from articles.documents.messages import Message, Rejected
from articles.documents.parse import record_from
from articles.documents.records import ArticleRecord, Record, RelatedRecord
from articles.documents.stored import compressed
from articles.importing.sources.files import StillWritten, check_size
from articles.importing.sources.roots import FoundFile, Sources
from articles.importing.sources.still import MOVING
from articles.models import Article, Noise, Verdict
from articles.relevance import Relevance, Text, relevances

NOT_READ = Message("note", "is of a kind that is not read")
ExistingArticle = tuple[int, bytes]  # an article's primary key, and the digest of its document


@dataclass(slots=True)
class ImportItem:
    """A document and what the run finds out about it."""

    path: str
    record: Record | None = None
    digest: bytes = b""
    source: bytes = b""  # the document as its article keeps it
    messages: list[Message] = field(default_factory=list)
    verdict: Verdict | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)  # field: [before, after]
    article: int | None = None  # primary key
    rated: list[Relevance] | None = None  # the related links of the record, where its date is known
    about: dict[str, str] = field(default_factory=dict)  # title, provider and date of the document
    version: int = 0  # of the article, afterwards
    is_logged: bool = False  # the changes stand in an event
    renewed: str = ""  # what differs where no fact does: payload (`secured`, unknown keys), form (line ends, order)
    earlier: bytes | None = None  # the article's document before, as `stored.differences_from` this one
    earlier_conflicts: list[str] = field(default_factory=list)
    restore_conflicts: list[str] | None = None  # undoing: the conflicts that the article is to have again

    def __reduce__(self) -> tuple[Any, ...]:
        # The reading process sends items before anything is saved. A dataclass would look up its fields each time.
        return ImportItem, (
            self.path,
            self.record,
            self.digest,
            self.source,
            self.messages,
            self.verdict,
            {},
            self.article,
            self.rated,
        )

    @property
    def noise(self) -> str:
        """What a report says in one line for many such files: refused as before, or of a kind that is not read."""
        if self.messages == [NOT_READ]:
            return Noise.UNREAD
        is_known = self.verdict == Verdict.REJECTED and all(message.known for message in self.messages)
        return Noise.KNOWN if is_known else ""

    def hold(self, raw: bytes) -> None:
        """Sets the document and its digest from bytes."""
        self.digest, self.source = front_matter.document_digest(raw), compressed(raw)

    def reject(self, message: Message) -> None:
        self.verdict, self.record, self.article = Verdict.REJECTED, None, None
        self.messages = [message]
        self.changes = {}


def rated(record: ArticleRecord) -> list[Relevance]:
    """Returns the relevance of the related links of a document."""
    return relevances(text_of(record), [text_of(link) for link in record.related])


def text_of(record: ArticleRecord | RelatedRecord | Article) -> Text:
    return Text(record.title, record.excerpt, record.published_at)


def read_item(sources: Sources, found: FoundFile, existing: ExistingArticle | None = None) -> ImportItem:
    """Returns the file as an item: with a record, rejected, unchanged, or kept because a person left it out.

    `existing` is the article of this path with the digest of its document: an equal document is not parsed again.
    """
    item = ImportItem(found.path)
    if found.left_out:
        item.verdict = Verdict.KEPT
        item.messages.append(Message("note", found.left_out))
        return item
    if found.unread:
        item.verdict = Verdict.KEPT
        item.messages.append(NOT_READ)
        return item
    try:
        _take(item, sources.read(found), existing)
    except Rejected as refusal:
        item.reject(refusal.message)
    except StillWritten:
        item.verdict = Verdict.KEPT
        item.messages.append(Message("note", MOVING))
    return item


def item_of(path: str, raw: bytes, existing: ExistingArticle | None = None) -> ImportItem:
    """Returns a document that came by itself as an item: with a record, rejected, or unchanged."""
    item = ImportItem(path)
    try:
        check_size(len(raw))
        _take(item, raw, existing)
    except Rejected as refusal:
        item.reject(refusal.message)
    return item


def _take(item: ImportItem, raw: bytes, existing: ExistingArticle | None) -> None:
    """Reads the bytes into the item; raises Rejected."""
    item.digest = front_matter.document_digest(raw)
    if existing and existing[1] == item.digest:
        item.verdict, item.article = Verdict.UNCHANGED, existing[0]
        return
    document = front_matter.parse_document(raw, item.path)
    item.record, item.messages = record_from(document, item.path)
    item.source = compressed(raw)
    if isinstance(item.record, ArticleRecord) and item.record.published_at:
        # Here, in the process that reads: the other one has more to do.
        item.rated = rated(item.record)
