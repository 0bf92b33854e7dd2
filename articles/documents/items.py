"""The items of a collection: its document names others, by their paths below the folder of its category.

`_learning/collections/azure-friday.md` with `items: [videos/one]` holds `_learning/videos/one.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from articles.documents.folders import CATEGORY_OF_FOLDER

MAX_ITEMS = 500  # of one collection


def item_names(front: Mapping[str, Any]) -> list[str]:
    """Returns the items as front matter, or its unknown keys, names them; [] for what is no collection."""
    items = front.get("items")
    named = [item for item in items if isinstance(item, str) and item] if isinstance(items, list) else []
    return list(dict.fromkeys(named))[:MAX_ITEMS]


def item_paths(path: str | None, front: Mapping[str, Any]) -> list[str]:
    """Returns the paths of the documents that the collection at this path names, in its order."""
    path = path or ""
    parts = path.split("/")
    places = [place for place, part in enumerate(parts[:-1]) if part in CATEGORY_OF_FOLDER]
    folder = "".join(f"{part}/" for part in parts[: places[-1] + 1]) if places else ""
    suffix = PurePosixPath(path).suffix or ".md"
    return [f"{folder}{name}{suffix}" for name in item_names(front)]
