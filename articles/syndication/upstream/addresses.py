"""The addresses in the upstream JSON: ours, or upstream's own if the settings name them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from django.conf import settings

from articles.documents.folders import CATEGORY_OF_FOLDER
from articles.importing.sources.files import DOCUMENT_SUFFIXES
from articles.models import Article, Category

# The part of an address that names a collection: of its JSON, and of upstream's page of one document of it.
COLLECTIONS = {
    Category.NEWS: "news",
    Category.LEARNING: "learning",
    Category.EVENT: "events",
    Category.SAMPLE: "samples",
    Category.PEOPLE: "people",
    Category.COMMUNITY: "communities",
    Category.NEWSLETTER: "newsletters",
}
_PAGES = {**COLLECTIONS, Category.EVENT: "event"}


@dataclass(frozen=True)
class Addresses:
    """Absolute addresses, for a request to `host` ("https://news.example")."""

    host: str

    def of_list(self, path: str) -> str:
        """Of the list at this path: `news/power`."""
        return f"{settings.JSON_SOURCE or self.host}/api/{path}/"

    def of_json(self, article: Article) -> str | None:
        """Of the JSON of one article; None for an article without a document."""
        collection = COLLECTIONS[Category(article.category)]
        name = quote(name_of(article))
        return f"{self.of_list(f'{collection}/{name}')}index.json" if article.path else None

    def of_page(self, article: Article) -> str:
        """Of the page that stands for an article without a link to an original of its own."""
        if settings.JSON_SITE and article.path:
            return f"{settings.JSON_SITE}/{_PAGES[Category(article.category)]}/{quote(name_of(article))}/"
        return self.host + article.get_absolute_url()

    def of_file(self, url: str) -> str:
        """Of a picture; documents name some by their path on the collecting site."""
        return settings.JSON_SOURCE + url if url.startswith("/") else url

    def of_service(self, url: str) -> str:
        """Of a list that the document of a topic names at the collecting site."""
        _, api, path = url.partition("/api/")
        return url if settings.JSON_SOURCE or not api else self.of_list(path.strip("/"))


def name_of(article: Article) -> str:
    """The path of an article's document below the folder of its category, without ending: `videos/azure-friday`."""
    path = PurePosixPath(article.path or "")
    parts = path.parent.parts
    places = [place for place, part in enumerate(parts) if part in CATEGORY_OF_FOLDER]
    return "/".join([*parts[places[-1] + 1 if places else 0 :], path.stem])


def paths_of(category: Category, name: str) -> list[str]:
    """The paths at which the document of this name may lie, by whether the root was the folder or what holds it."""
    folders = [f"{folder}/" for folder, of in CATEGORY_OF_FOLDER.items() if of == category]
    return [f"{folder}{name}{suffix}" for folder in (*folders, "") for suffix in DOCUMENT_SUFFIXES]
