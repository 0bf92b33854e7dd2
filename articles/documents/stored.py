"""Documents as the database keeps them: compressed, and earlier ones by what differs from the document after them."""

from __future__ import annotations

import sys
import threading

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEVEL = 3
# The window must hold two documents: 2 ** 22 bytes.
_WITH_OTHER: dict[int, int] = {
    zstd.CompressionParameter.compression_level: LEVEL,
    zstd.CompressionParameter.window_log: 22,
    zstd.CompressionParameter.checksum_flag: 1,
}


class OtherDocument(ValueError):
    """The differences are not those from this document."""


class _Compressor(threading.local):
    """One for each thread: making one takes longer than compressing a short document."""

    def __init__(self) -> None:
        self.compressor = zstd.ZstdCompressor(LEVEL)


_COMPRESSOR = _Compressor()


def compressed(raw: bytes) -> bytes:
    return _COMPRESSOR.compressor.compress(raw, zstd.ZstdCompressor.FLUSH_FRAME)


def document_in(source: bytes | memoryview) -> bytes:
    """Returns the bytes of the document that an article holds."""
    return zstd.decompress(bytes(source))


def differences_from(document: bytes, earlier: bytes) -> bytes:
    """Returns what `earlier_document` needs beside the document: some dozens of bytes where little differs."""
    return zstd.compress(earlier, options=_WITH_OTHER, zstd_dict=_prefix(document)) if document else compressed(earlier)


def earlier_document(document: bytes, differences: bytes | memoryview) -> bytes:
    """Returns the earlier document. Raises OtherDocument if the differences are from another document."""
    try:
        if not document:
            return document_in(differences)
        return zstd.decompress(bytes(differences), zstd_dict=_prefix(document))
    except zstd.ZstdError as error:
        raise OtherDocument(str(error)) from error


def _prefix(document: bytes) -> tuple[zstd.ZstdDict, int]:
    return zstd.ZstdDict(document, is_raw=True).as_prefix
