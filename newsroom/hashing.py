"""Hashing of passwords, which costs half a second of a processor: one at a time, so that readers are not starved."""

from __future__ import annotations

import threading

from django.contrib.auth.hashers import PBKDF2PasswordHasher

# Threads of a process that wait for the one that hashes; a process has four.
WAITING = 1
_places = threading.BoundedSemaphore(1 + WAITING)
_hashing = threading.Lock()


class Busy(Exception):
    """Too many passwords are being checked at this moment: try again in some seconds."""


def is_full() -> bool:
    """Whether the next password would be told to come back: one is hashed, and others wait."""
    if _places.acquire(blocking=False):
        _places.release()
        return False
    return True


class OneAtATime(PBKDF2PasswordHasher):
    """Django's hasher. Raises Busy where others wait already."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        if not _places.acquire(blocking=False):
            raise Busy
        try:
            with _hashing:
                return super().encode(password, salt, iterations)
        finally:
            _places.release()
