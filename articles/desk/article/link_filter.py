"""Orders and filters of the list of related links on the article page."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import combining, normalize

from articles.desk.article.link_row import LinkRow
from articles.texts import fold

KINDS = {
    "visible": ("Shown to readers", lambda row: not row.hidden),
    "hidden": ("Hidden", lambda row: row.hidden),
    "dead": ("Dead", lambda row: row.is_dead),
    "editor": ("Added by an editor", lambda row: row.is_removable),
}
SORTS = {"saved": "As saved", "newest": "Newest first", "quality": "Best quality first"}


def show_only(rows: Iterable[LinkRow], words: str, kind: str) -> None:
    """Shows the rows that hold all the words and are of the kind; '' is any."""
    wanted = _bare(words).split()
    _, is_of_kind = KINDS.get(kind, ("", lambda row: True))
    for row in rows:
        provider = row.link.provider if row.link else None
        text = _bare(" ".join([row.title, row.excerpt, row.url, provider.name if provider else ""]))
        row.is_shown = is_of_kind(row) and all(word in text for word in wanted)


def orders_of(rows: Iterable[LinkRow]) -> dict[str, list[int]]:
    """Returns the numbers of the rows in each order; new rows come last, what is equal stays as it was saved."""
    rows = sorted(rows, key=lambda row: row.number)
    newest = sorted(rows, key=lambda row: -(row.link.published_at.timestamp() if _has_date(row) else 0))
    best = sorted(rows, key=lambda row: -(row.link.quality if row.link else -1))
    return {name: [row.number for row in some] for name, some in zip(SORTS, (rows, newest, best), strict=True)}


def _has_date(row: LinkRow) -> bool:
    return bool(row.link and row.link.published_at)


def _bare(text: str) -> str:
    """Returns a text without case and accents, as the script compares it too."""
    return "".join(letter for letter in normalize("NFD", fold(text)) if not combining(letter))
