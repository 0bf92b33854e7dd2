"""The process that reads files. It sets Django up itself, so this module must not import models."""

from __future__ import annotations

import gc
import pickle
import signal
from multiprocessing.connection import Connection

import django

from articles.importing.sources.roots import Sources


def serve(connection: Connection, sources: Sources) -> None:
    """Receives batches of files and sends batches of items, until the other side closes the connection."""
    # Ctrl-C reaches both processes: the other one handles it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Records hold no cycles, and a batch is freed before the next.
    gc.disable()
    django.setup()
    from articles.importing.sources.items import read_item

    while True:
        try:
            batch, existing = connection.recv()
            items = [read_item(sources, found, existing.get(found.path)) for found in batch]
            connection.send_bytes(pickle.dumps(items, pickle.HIGHEST_PROTOCOL))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return
