"""Orders and filters of the list of related links on the article page."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import combining, normalize

from articles.desk.article.link_row import LinkRow
from articles.texts import fold


def is_for_readers(row: LinkRow) -> bool:
    return not row.hidden and not row.removed and (row.placed or not row.is_below_cut)


KINDS = {
    "visible": ("Shown to readers", is_for_readers),
    "below": ("Too little in common", lambda row: row.is_below_cut and not row.placed and not row.hidden),
    "placed": ("Placed", lambda row: row.placed),
    "hidden": ("Hidden", lambda row: row.hidden),
    "dead": ("Dead", lambda row: row.is_dead),
    "editor": ("Added by an editor", lambda row: row.is_removable),
}
SORTS = {
    "saved": "As saved",
    "relevance": "Most relevant first",
    "newest": "Newest first",
    "quality": "Best quality first",
}


def show_only(rows: Iterable[LinkRow], words: str, kind: str) -> None:
    """Shows the rows that hold all the words and are of the kind; '' is any."""
    wanted = _bare(words).split()
    _, is_of_kind = KINDS.get(kind, ("", lambda row: True))
    for row in rows:
        provider = row.link.provider if row.link else None
        text = _bare(" ".join([row.title, row.excerpt, row.url, provider.name if provider else ""]))
        row.is_shown = is_of_kind(row) and all(word in text for word in wanted)


def ranked(rows: Iterable[LinkRow]) -> list[int]:
    """Returns the numbers of the rows, the most relevant first; what is equal is in the order of the document."""
    return [row.number for row in sorted(rows, key=lambda row: (-row.relevance, row.number))]


def seen_by_readers(rows: Iterable[LinkRow]) -> list[LinkRow]:
    return [row for row in rows if is_for_readers(row)]


def orders_of(rows: Iterable[LinkRow]) -> dict[str, tuple[list[int], int]]:
    """Returns the numbers of the saved rows in each order, and how many of them it places.

    Newest and best first is said of what readers see: the others stand below it as relevance has them.
    """
    rows = sorted((row for row in rows if not row.is_new), key=lambda row: row.number)
    ranks, seen = ranked(rows), seen_by_readers(rows)
    saved = [row.number for row in rows if row.was_placed]
    newest = sorted(seen, key=lambda row: -(row.link.published_at.timestamp() if _has_date(row) else 0))
    best = sorted(seen, key=lambda row: -(row.link.quality if row.link else -1))
    first: tuple[list[int], ...] = (saved, [], [row.number for row in newest], [row.number for row in best])
    return {
        name: ([*some, *(number for number in ranks if number not in some)], len(some))
        for name, some in zip(SORTS, first, strict=True)
    }


def _has_date(row: LinkRow) -> bool:
    return bool(row.link and row.link.published_at)


def _bare(text: str) -> str:
    """Returns a text without case and accents, as the script compares it too."""
    return "".join(letter for letter in normalize("NFD", fold(text)) if not combining(letter))
