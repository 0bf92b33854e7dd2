"""Reads the members of a .tar, compressed or not. A header that cannot be read costs its own member, and no other.

The standard library ends at such a header without a word, and takes headers of any size into memory.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from articles.importing.sources.files import MAX_DOCUMENT_BYTES
from articles.importing.sources.members import MAX_HEADER, Member, Unreadable, damaged, most_unpacked
from articles.importing.sources.streams import CUT_OFF, Stream

BLOCK = 512
PAX_HEADERS = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE)
REGULAR = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)


def tar_members(file: Path) -> Iterator[Member]:
    stream = Stream(file, most_unpacked(file.stat().st_size))
    found = lost = False
    facts: dict[str, str] = {}  # of the next member: its long name, its size
    zeros = 0
    broken = ""
    while len(block := stream.read(BLOCK)) == BLOCK:
        zeros = zeros + 1 if not any(block) else 0
        if zeros == 2 and not lost:
            break
        if zeros:
            continue
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
            if info.size < 0:
                raise tarfile.HeaderError
        except (tarfile.HeaderError, ValueError):
            # What follows is the content of that member, until a header makes sense again.
            broken = broken or _guess(block, file, stream.position - BLOCK)
            lost = True
            continue
        if broken:
            yield damaged(broken, "has a damaged header")
        found, lost, broken = True, False, ""
        if info.type in (tarfile.GNUTYPE_LONGNAME, *PAX_HEADERS):
            facts |= _more(stream, info)
            continue
        if info.type in (tarfile.GNUTYPE_LONGLINK, tarfile.XGLTYPE):
            stream.skip(_padded(info.size))
            continue
        yield from _member(stream, info, facts)
        facts = {}
    if broken and found:
        yield damaged(broken, "has a damaged header")
    if not found or stream.problem or not zeros:
        why = stream.problem or ("is no tar" if not found else CUT_OFF)
        yield damaged(file.name, f"is no readable archive{' from here on' * found}: it {why}")


def _member(stream: Stream, info: tarfile.TarInfo, facts: dict[str, str]) -> Iterator[Member]:
    name = facts.get("path", info.name)
    size = int(facts["size"]) if re.fullmatch("[0-9]{1,15}", facts.get("size", "")) else info.size
    has_content = info.isreg() or info.type not in tarfile.SUPPORTED_TYPES
    end = stream.position + (_padded(size) if has_content else 0)
    if "problem" in facts:
        yield damaged(name, facts["problem"])
    elif info.isdir() or name.endswith("/"):
        pass
    elif info.type in REGULAR:
        problem = "is a sparse file" if any(key.startswith("GNU.sparse") for key in facts) else ""
        yield Member(name, partial(_content, stream, size), size, problem)
    elif info.type == tarfile.GNUTYPE_SPARSE:
        yield damaged(name, "is a sparse file")
    else:
        yield Member(name, bytes, problem="is not a regular file")
    stream.skip(end - stream.position)


def _content(stream: Stream, size: int) -> bytes:
    content = stream.read(min(size, MAX_DOCUMENT_BYTES + 1))
    if len(content) < min(size, MAX_DOCUMENT_BYTES + 1):
        raise Unreadable(stream.problem or CUT_OFF)
    return content


def _more(stream: Stream, info: tarfile.TarInfo) -> dict[str, str]:
    """Returns what a header says about the next member."""
    if info.size > MAX_HEADER:
        stream.skip(_padded(info.size))
        return {"problem": f"has a header of {info.size:,} bytes"}
    content = stream.read(_padded(info.size))[: info.size]
    if info.type == tarfile.GNUTYPE_LONGNAME:
        return {"path": content.split(b"\0", 1)[0].decode(errors="surrogateescape")}
    facts = {}
    while content:
        length, _, _ = content.partition(b" ")
        # A line that is none ends what can be read: "12 path=a.md\n".
        if not length.isdigit() or len(length) > 9 or not len(length) + 2 < int(length) <= len(content):
            break
        key, _, value = content[len(length) + 1 : int(length) - 1].partition(b"=")
        facts[key.decode(errors="replace")] = value.decode(errors="surrogateescape")
        content = content[int(length) :]
    return facts


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK


def _guess(block: bytes, file: Path, position: int) -> str:
    """Returns the name that a damaged header seems to hold."""
    name = block[:100].split(b"\0", 1)[0].decode(errors="replace")
    return name if name and name.isprintable() and "\ufffd" not in name else f"{file.name}, byte {position}"
