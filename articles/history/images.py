"""The images of an article in the log: an image's URL, or {url, title, attribution} where its place says something.

A value without a text in it stands for a place that says nothing: events hold what is there, and no empty texts.
"""

from __future__ import annotations

from collections.abc import Iterable

IMAGE_TEXTS = ("title", "attribution")

LoggedImage = str | dict[str, str]


def logged_image(url: str, title: str, attribution: str) -> LoggedImage:
    said = {name: text for name, text in (("title", title), ("attribution", attribution)) if text}
    return {"url": url, **said} if said else url


def url_in(item: LoggedImage) -> str:
    return item["url"] if isinstance(item, dict) else item


def texts_in(item: LoggedImage) -> dict[str, str]:
    """Returns the texts of the place, empty ones too."""
    return {name: item.get(name, "") if isinstance(item, dict) else "" for name in IMAGE_TEXTS}


def image_in_words(item: LoggedImage) -> str:
    """Returns the image as one line, with its texts first: these differ where URLs are long."""
    return " · ".join(filter(None, (*texts_in(item).values(), url_in(item))))


def images_in_words(items: Iterable[LoggedImage] | None) -> list[str]:
    return [image_in_words(item) for item in items or ()]
