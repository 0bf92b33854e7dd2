"""The addresses in the upstream JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from urllib.parse import quote

from django.conf import settings
from django.core.cache import cache

from articles import editions
from articles.documents.folders import CATEGORY_OF_FOLDER
from articles.importing.sources.files import DOCUMENT_SUFFIXES
from articles.models import Article, Category, Topic

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


def collecting_site() -> str:
    """Where the site that collects the documents has its JSON, as the documents of topics say; '' if none says it.

    One query in an edition.
    """
    key = f"collecting-site:{editions.current()}"
    found: str | None = cache.get(key)
    if found is None:
        said = Topic.objects.order_by("pk").values_list("source__services", flat=True)
        urls = [url for services in said for _, url in services or ()]
        sites = Counter(url.partition("/api/")[0] for url in urls if "/api/" in url)
        found = max(sites, key=lambda site: sites[site], default="")
        cache.set(key, found, editions.MAX_PAGE_AGE)
    return found


@dataclass(frozen=True)
class Addresses:
    """Absolute addresses, for a request to `host` ("https://news.example").

    Documents come out as they came: with the addresses of the collecting site, unless the settings name others.
    """

    host: str

    @cached_property
    def site(self) -> str:
        return collecting_site()

    def of_list(self, path: str) -> str:
        """Of the list at this path: `news/power`."""
        return f"{settings.JSON_SOURCE or self.site or self.host}/api/{path}/"

    def of_json(self, article: Article) -> str | None:
        """Of the JSON of one article; None for an article without a document."""
        collection = COLLECTIONS[Category(article.category)]
        name = quote(name_of(article))
        return f"{self.of_list(f'{collection}/{name}')}index.json" if article.path else None

    def of_page(self, article: Article) -> str:
        """Of the page that stands for an article without a link to an original of its own. No document names it."""
        if settings.JSON_SITE and article.path:
            return f"{settings.JSON_SITE}/{_PAGES[Category(article.category)]}/{quote(name_of(article))}/"
        return self.host + article.get_absolute_url()

    def of_file(self, url: str) -> str:
        """Of a picture; documents name some by their path on the collecting site."""
        return self.site + url if url.startswith("/") else url

    def of_service(self, url: str) -> str:
        """Of a list that the document of a topic names at the collecting site."""
        is_there = self.site and url.startswith(f"{self.site}/api/")
        return settings.JSON_SOURCE + url.removeprefix(self.site) if settings.JSON_SOURCE and is_there else url


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
