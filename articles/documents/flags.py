"""Reads the flag `published` out of thousands of documents, and no more of them where it stands plainly."""

from __future__ import annotations

import re

from articles.documents import front_matter
from articles.documents.messages import Rejected
from articles.documents.stored import document_in

# As machines write it: at the beginning of a line of the front matter.
_PLAIN = re.compile(rb"^published:[ \t]*(true|false)[ \t]*\r?$", re.MULTILINE)
_NAMED = re.compile(rb"published['\"]?[ \t]*:")
_END = re.compile(rb"^---[ \t]*\r?$", re.MULTILINE)


def published_in(source: bytes | memoryview, path: str = "") -> bool | None:
    """Returns the flag of a document as an article keeps it; None where the document does not have one."""
    if not source:
        return None
    document = document_in(source)
    if document.startswith(b"---") and (end := _END.search(document, 4)):
        front = document[: end.start()]
        if not _NAMED.search(front):
            return None
        plain = _PLAIN.findall(front)
        if len(plain) == 1 and len(_NAMED.findall(front)) == 1:
            return bool(plain[0] == b"true")
    return _read(document, path)


def _read(document: bytes, path: str) -> bool | None:
    try:
        front = front_matter.parse_document(document, path).front
    except Rejected:
        return None
    return front["published"] is True if front.get("published") is not None else None
