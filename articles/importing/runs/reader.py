"""Reads files as items; for many files in a second process, while this one saves the batch before."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import batched, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection

from articles.importing.runs.reader_process import serve
from articles.importing.sources.items import ExistingArticle, ImportItem, read_item
from articles.importing.sources.roots import FoundFile, Sources

DOCUMENTS_A_BATCH = 500
# Below these, starting a process takes longer than it saves: files left, and documents of a batch that are parsed.
FILES_WORTH_A_PROCESS = 3 * DOCUMENTS_A_BATCH
PARSED_WORTH_A_PROCESS = DOCUMENTS_A_BATCH // 5

FindExisting = Callable[[Iterable[str]], dict[str, ExistingArticle]]


def read_batches(sources: Sources, total: int, find_existing: FindExisting) -> Iterator[list[ImportItem]]:
    """Yields the files of the sources as items, batch by batch; `find_existing` looks up the articles of some paths.

    Reading unchanged documents is quick: the second process starts with the first batch of many changed ones.
    """
    batches = batched(sources, DOCUMENTS_A_BATCH, strict=False)
    left = total
    for batch in batches:
        existing = find_existing(found.path for found in batch if not found.problem)
        items = [read_item(sources, found, existing.get(found.path)) for found in batch]
        left -= len(batch)
        if left >= FILES_WORTH_A_PROCESS and sum(item.record is not None for item in items) >= PARSED_WORTH_A_PROCESS:
            with _process(sources) as connection:
                yield items
                yield from _read_elsewhere(connection, batches, find_existing)
        else:
            yield items


def _read_elsewhere(
    connection: Connection, batches: Iterator[tuple[FoundFile, ...]], find_existing: FindExisting
) -> Iterator[list[ImportItem]]:
    waiting = deque(_ask(connection, batch, find_existing) for batch in islice(batches, 2))
    while waiting:
        waiting.popleft()
        items = pickle.loads(connection.recv_bytes())  # noqa: S301 - from our own process
        for batch in islice(batches, 1):
            waiting.append(_ask(connection, batch, find_existing))
        yield items


def _ask(connection: Connection, batch: Sequence[FoundFile], find_existing: FindExisting) -> int:
    connection.send((batch, find_existing(found.path for found in batch if not found.problem)))
    return len(batch)


@contextmanager
def _process(sources: Sources) -> Iterator[Connection]:
    # Spawned, not forked: a fork would share the connection to the database.
    context = get_context("spawn")
    own_end, other_end = context.Pipe()
    process = context.Process(target=serve, args=(other_end, sources), daemon=True)
    process.start()
    # Now only the child holds that end: each side notices when the other one dies.
    other_end.close()
    try:
        yield own_end
    finally:
        own_end.close()
        process.join(timeout=5)
        process.kill()
