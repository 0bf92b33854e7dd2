"""The sign of life of workers, which pages read that wait for one.

It is in the cache that all processes share (settings.CACHES["editions"]), not in the database: a worker lives while an
import holds the lock of SQLite, too.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import caches
from django.tasks import default_task_backend

logger = logging.getLogger(__name__)

INTERVAL = 5  # seconds between two signs of life
# A machine under load may miss some.
TIMEOUT = 30  # seconds


def beat(worker: str) -> None:
    """Says that this worker lives."""
    caches["editions"].set_many({"worker": worker, f"worker:{worker}": True}, timeout=TIMEOUT)


def is_alive(worker: str) -> bool:
    return bool(caches["editions"].get(f"worker:{worker}"))


def is_missing() -> bool:
    """Returns whether work is left to a worker, and none has given a sign of life for TIMEOUT."""
    return default_task_backend.supports_defer and caches["editions"].get("worker") is None


@contextmanager
def beating(worker: str) -> Iterator[None]:
    """Gives signs of life from a thread of its own, as a task may take minutes."""
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set():
            try:
                beat(worker)
            except Exception:
                # A cache that is out of reach must not end the worker.
                logger.exception("The sign of life of worker %s failed", worker)
            ended.wait(INTERVAL)

    thread = threading.Thread(target=run, daemon=True, name="heartbeat")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(timeout=INTERVAL)
        caches["editions"].delete(f"worker:{worker}")
