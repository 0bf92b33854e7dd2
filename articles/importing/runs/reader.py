"""Reading beside writing: a second process turns files into items while this one saves the batch before."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import batched, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection

from articles.importing.runs.reader_process import serve
from articles.importing.sources.items import ExistingArticle, Item, read_item
from articles.importing.sources.roots import Found, Sources

DOCUMENTS_A_BATCH = 500
# Below this, starting a process takes longer than it saves.
FILES_WORTH_A_PROCESS = 4 * DOCUMENTS_A_BATCH

FindExisting = Callable[[Iterable[str]], dict[str, ExistingArticle]]


def read_batches(sources: Sources, total: int, known: FindExisting) -> Iterator[list[Item]]:
    """Every file of the sources as an item, a batch at a time; `known` tells of the articles that some paths have."""
    batches = batched(sources, DOCUMENTS_A_BATCH, strict=False)
    if total < FILES_WORTH_A_PROCESS:
        for batch in batches:
            there = known(found.path for found in batch if not found.problem)
            yield [read_item(sources, found, there.get(found.path)) for found in batch]
        return
    with _process(sources) as connection:
        asked = deque(_ask(connection, batch, known) for batch in islice(batches, 2))
        while asked:
            asked.popleft()
            items = pickle.loads(connection.recv_bytes())  # noqa: S301 - from our own process
            for batch in islice(batches, 1):
                asked.append(_ask(connection, batch, known))
            yield items


def _ask(connection: Connection, batch: Sequence[Found], known: FindExisting) -> int:
    connection.send((batch, known(found.path for found in batch if not found.problem)))
    return len(batch)


@contextmanager
def _process(sources: Sources) -> Iterator[Connection]:
    # Spawned, not forked: a fork would share the connection to the database.
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, sources), daemon=True)
    process.start()
    # Only the child holds that end now: each side sees the other one die.
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.join(timeout=5)
        process.kill()
