"""Reads a file that may be compressed, as far as it goes: damage ends it, and takes nothing that came before."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from articles.importing.sources.members import TooMuch

CHUNK = 4096  # bytes of the file at a time: they unpack to 82 MB at most
LZMA_MEMORY = 256 * 1024**2
# How a file begins, and what unpacks it.
ENGINES: dict[bytes, Callable[[], Any]] = {
    b"\x1f\x8b": partial(zlib.decompressobj, 31),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\x00": partial(lzma.LZMADecompressor, lzma.FORMAT_XZ, LZMA_MEMORY),
}
CUT_OFF = "is cut off"


class _Damage(Exception):
    def __init__(self, why: str, position: int):
        super().__init__(why)
        self.position = position


class Stream:
    """The unpacked bytes of a file in their order. They end early at a damage: `problem` says which."""

    def __init__(self, path: Path, most: int):
        self.problem = ""
        self.position = 0
        self._most = most
        self._pieces = self._all(path)
        self._buffer = bytearray()

    def read(self, size: int) -> bytes:
        """Returns so many bytes, or fewer at the end. Raises TooMuch."""
        while len(self._buffer) < size and (piece := next(self._pieces, None)) is not None:
            self._buffer += piece
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        self.position += len(taken)
        if self.position > self._most:
            raise TooMuch(f"unpacks to more than {self._most:,} bytes")
        return taken

    def skip(self, size: int) -> None:
        while size > 0 and (taken := len(self.read(min(size, 1024**2)))):
            size -= taken

    def _all(self, path: Path) -> Iterator[bytes]:
        with path.open("rb") as file:
            start = file.read(8)
            magic = next((magic for magic in ENGINES if start.startswith(magic)), b"")
            if not magic:
                file.seek(0)
                yield from iter(lambda: file.read(CHUNK), b"")
                return
            given = 0
            # An engine that fails gives nothing of the chunk that it failed in: that one is read again byte by byte.
            careful_at = -1
            while True:
                done = 0
                try:
                    for piece in _unpacked(file, magic, careful_at):
                        done += len(piece)
                        if done > given:
                            yield piece[len(piece) - (done - given) :]
                            given = done
                    return
                except _Damage as damage:
                    if careful_at >= 0 or damage.position < 0:
                        self.problem = str(damage)
                        return
                    careful_at = damage.position


def _unpacked(file: BinaryIO, magic: bytes, careful_at: int) -> Iterator[bytes]:
    file.seek(0)
    engine = ENGINES[magic]()
    position, begun = 0, False
    while data := file.read(1 if 0 <= careful_at <= position else CHUNK):
        start = position
        position += len(data)
        while data:
            try:
                piece = engine.decompress(data)
            # Each engine has exceptions of its own.
            except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
                raise _Damage(f"is damaged: {error}", start) from None
            begun, data = True, b""
            yield piece
            if engine.eof:
                # Another part may follow; anything else behind the end means nothing.
                data, begun = engine.unused_data.lstrip(b"\0"), False
                if data and not (data.startswith(magic) or magic.startswith(data)):
                    return
                engine = ENGINES[magic]()
    if begun:
        raise _Damage(CUT_OFF, -1)
