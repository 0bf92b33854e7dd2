"""Reads the members of a .zip: by its directory, or where that is damaged or cut off, one after the other."""

from __future__ import annotations

import io
import mmap
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from articles.importing.sources.files import MAX_DOCUMENT_BYTES
from articles.importing.sources.members import MAX_MEMBERS, Member, TooMuch, damaged
from articles.importing.sources.streams import CUT_OFF

LOCAL, DIRECTORY = b"PK\x03\x04", b"PK\x01\x02"
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
ENCRYPTED, SIZES_BEHIND, UTF_8 = 0x1, 0x8, 0x800
UNKNOWN_SIZE = 0xFFFFFFFF
END_OF_DIRECTORY_64 = b"PK\x06\x06"


def zip_members(file: Path) -> Iterator[Member]:
    _require_few(file)
    try:
        archive = zipfile.ZipFile(file)
    # It raises many: of bad names, unknown versions, fields that are cut off.
    except Exception as error:
        yield from _one_after_the_other(file, str(error))
        return
    with archive:
        for info in archive.infolist():
            if info.is_dir() or info.filename.endswith("\\"):
                continue
            kind = stat.S_IFMT(info.external_attr >> 16)
            problem = "" if kind in (0, stat.S_IFREG) else "is not a regular file"
            if info.flag_bits & ENCRYPTED:
                problem = "is encrypted"
            yield Member(info.filename, partial(_content, archive, info), info.file_size, problem)


def _require_few(file: Path) -> None:
    """Raises TooMuch before the directory is read, which takes memory and time for each member."""
    with file.open("rb") as archive:
        archive.seek(max(file.stat().st_size - 66_000, 0))
        tail = archive.read()
    at = tail.rfind(END_OF_DIRECTORY_64)
    if 0 <= at <= len(tail) - 40 and struct.unpack_from("<Q", tail, at + 32)[0] > MAX_MEMBERS:
        raise TooMuch(f"holds more than {MAX_MEMBERS:,} files")


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as content:
        return content.read(MAX_DOCUMENT_BYTES + 1)


def _one_after_the_other(file: Path, why: str) -> Iterator[Member]:
    """Yields the members as they stand in the file, by the header before each."""
    with file.open("rb") as archive:
        if not archive.read(1):
            yield damaged(file.name, "is no readable .zip: it is empty")
            return
        raw = mmap.mmap(archive.fileno(), 0, access=mmap.ACCESS_READ)
    found, end = False, 0
    while (start := raw.find(LOCAL, end)) >= 0:
        if (directory := raw.find(DIRECTORY, end, start)) >= 0 and found:
            end = directory
            break
        member, end = _member_at(raw, start, file)
        if member is not None:
            found = True
            yield member
    if not found:
        yield damaged(file.name, f"is no readable .zip: {why}")
    elif raw[end : end + 4] != DIRECTORY:
        yield damaged(file.name, f"is no readable .zip from here on: it {CUT_OFF} or damaged")


def _member_at(raw: mmap.mmap, start: int, file: Path) -> tuple[Member | None, int]:
    """Returns the member whose header stands here, and where it ends."""
    if len(raw) < start + LOCAL_HEADER.size:
        return damaged(f"{file.name}, byte {start}", CUT_OFF), len(raw)
    _, _, flags, method, _, _, crc, packed, size, name_length, extra = LOCAL_HEADER.unpack_from(raw, start)
    name_at = start + LOCAL_HEADER.size
    encoding = "utf-8" if flags & UTF_8 else "cp437"
    name = raw[name_at : name_at + name_length].decode(encoding, errors="surrogateescape")
    data = name_at + name_length + extra
    if flags & ENCRYPTED or packed == UNKNOWN_SIZE:
        return damaged(name, "cannot be read without the directory of the archive"), data
    if flags & SIZES_BEHIND and not packed:
        return _of_unknown_size(raw, name, method, data)
    end = data + packed
    if name.endswith(("/", "\\")):
        return None, end
    if end > len(raw):
        return damaged(name, CUT_OFF), len(raw)
    info = zipfile.ZipInfo(name)
    info.compress_type, info.compress_size, info.file_size, info.CRC = method, packed, size, crc
    return Member(name, partial(_unpacked, raw, data, info), size), end


def _unpacked(raw: mmap.mmap, data: int, info: zipfile.ZipInfo) -> bytes:
    packed = io.BytesIO(raw[data : data + info.compress_size])
    with zipfile.ZipExtFile(packed, "r", info) as content:
        return content.read(MAX_DOCUMENT_BYTES + 1)


def _of_unknown_size(raw: mmap.mmap, name: str, method: int, data: int) -> tuple[Member | None, int]:
    """A member that was written as a stream: only by unpacking it one learns where it ends."""
    if name.endswith(("/", "\\")):
        return None, data
    if method != zipfile.ZIP_DEFLATED:
        return damaged(name, "cannot be read without the directory of the archive"), data
    engine = zlib.decompressobj(-15)
    content, at = b"", data
    try:
        while not engine.eof and at < len(raw) and len(content) <= MAX_DOCUMENT_BYTES:
            content += engine.decompress(raw[at : at + 4096])
            at += 4096
    except zlib.error as error:
        return damaged(name, f"is damaged: {error}"), data
    if len(content) > MAX_DOCUMENT_BYTES:
        return Member(name, bytes, len(content)), data
    if not engine.eof:
        return damaged(name, CUT_OFF), len(raw)
    return Member(name, lambda: content, len(content)), min(at, len(raw)) - len(engine.unused_data)
