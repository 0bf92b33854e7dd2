"""The collection folders of a site, and the categories of what lies in them. It imports nothing of Django's."""

from __future__ import annotations

CATEGORY_OF_FOLDER = {
    "_news": "news",
    "_samples": "sample",
    "_events": "event",
    "_learning": "learning",
    "_people": "people",
    "_communities": "community",
    "_newsletters": "newsletter",
}
FOLDER_OF_CATEGORY = {category: folder for folder, category in CATEGORY_OF_FOLDER.items()}


def category_of_folder(path: str) -> str:
    """Returns the category of the nearest collection folder on the path; else news."""
    for folder in reversed(path.split("/")[:-1]):
        if folder in CATEGORY_OF_FOLDER:
            return CATEGORY_OF_FOLDER[folder]
    return "news"
