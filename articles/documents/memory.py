"""Remembers what was read from a mapping, so that equal mappings are read once.

The related links of thousands of documents lead to a few thousand pages, and say the same of each.
"""

from __future__ import annotations

import marshal
from hashlib import blake2b
from typing import Any

MOST_KEPT = 8_192


class Memory[T]:
    """Values by the content of the mapping that they were read from; only of mappings that were read without a warning.

    Equal mappings give the same object, which then is sent between processes once.
    """

    def __init__(self) -> None:
        self._kept: dict[bytes, T] = {}
        self._last: tuple[Any, bytes] = (None, b"")

    def get(self, value: Any) -> T | None:
        return self._kept.get(self._key(value)) if isinstance(value, dict) else None

    def keep(self, value: dict[str, Any], item: T) -> None:
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[self._key(value)] = item

    def _key(self, value: dict[str, Any]) -> bytes:
        if self._last[0] is not value:
            # Version 2 writes equal values as equal bytes: it has no references to objects.
            self._last = value, blake2b(marshal.dumps(value, 2), digest_size=16).digest()
        return self._last[1]
