"""The process that reads: started bare, so nothing here may touch models before Django is set up."""

from __future__ import annotations

import gc
import pickle
import signal
from multiprocessing.connection import Connection

import django

from articles.importing.sources.roots import Sources


def serve(connection: Connection, sources: Sources) -> None:
    """Answer batches of files with batches of items until the other side is gone."""
    # Ctrl-C reaches both processes: the other one decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Records hold no cycles, and a batch is gone before the next.
    gc.disable()
    django.setup()
    from articles.importing.sources.items import read_item

    while True:
        try:
            batch, there = connection.recv()
            items = [read_item(sources, found, there.get(found.path)) for found in batch]
            connection.send_bytes(pickle.dumps(items, pickle.HIGHEST_PROTOCOL))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return
