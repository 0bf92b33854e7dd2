"""Reads an earlier document by what it shares with the next one.

Of a changed document with a hundred related links, nearly all are as before. What their text says was read already with
the next document: only the rest of the earlier document is parsed.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from articles.documents.fields import MAX_ITEMS
from articles.documents.front_matter import parse_document
from articles.documents.messages import Rejected
from articles.documents.parse import record_from
from articles.documents.records import ArticleRecord, RelatedRecord

_RELATED = re.compile(r"\nrelated:[ \t]*\r?\n(?=(?P<indent> *)- )")
_BEHIND, _BEHIND_FLUSH = re.compile(r"\n(?![ \r\n#])"), re.compile(r"\n(?![ \r\n#]|- )")


class Items(NamedTuple):
    """The items of a block sequence in a text, from `start` to `end`."""

    start: int
    end: int
    texts: list[str]


def record_before(raw: bytes, path: str, next_raw: bytes, next_record: ArticleRecord) -> ArticleRecord | None:
    """Returns the record of a document that came before another one at its path; None if it describes no article."""
    return _by_what_is_shared(raw, path, next_raw, next_record) or _whole(raw, path)


def _whole(raw: bytes, path: str) -> ArticleRecord | None:
    try:
        record, _ = record_from(parse_document(raw, path), path)
    except Rejected:
        return None
    return record if isinstance(record, ArticleRecord) else None


def _by_what_is_shared(raw: bytes, path: str, next_raw: bytes, next_record: ArticleRecord) -> ArticleRecord | None:
    """Returns None where the items of the lists cannot be told apart by their lines."""
    text, next_text = raw.decode(errors="replace"), next_raw.decode(errors="replace")
    items, next_items = related_items(text), related_items(next_text)
    if not items or not next_items or len(next_items.texts) != len(next_record.related):
        return None
    known = dict(zip(next_items.texts, next_record.related, strict=True))
    others = [item for item in items.texts if item not in known]
    rest = _whole((text[: items.start] + "".join(others) + text[items.end :]).encode(), path)
    if rest is None or len(rest.related) != len(others):
        return None
    read = iter(rest.related)
    related: list[RelatedRecord] = [known[item] if item in known else next(read) for item in items.texts]
    # A repeated link, and what is too much, are dropped: that takes the whole document to tell.
    if len({link.url for link in related}) != len(related) or len(related) > MAX_ITEMS:
        return None
    return rest._replace(related=tuple(related))


def related_items(text: str) -> Items | None:
    """Returns the texts of the related links of a document, if each begins with a line of its own."""
    found = _RELATED.search(text)
    if not found or (front_ends := text.find("\n---", 3)) < found.start():
        return None
    start, dash = found.end(), found["indent"] + "- "
    # The list ends before the next line that is not further in than `related:`.
    behind = (_BEHIND if found["indent"] else _BEHIND_FLUSH).search(text, start)
    end = min(behind.start() + 1 if behind else len(text), front_ends + 1)
    first, *others = text[start:end].removesuffix("\n").split("\n" + dash)
    return Items(start, end, [f"{first}\n", *(f"{dash}{other}\n" for other in others)])
