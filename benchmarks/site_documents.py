"""The documents of a whole site and its exports, shaped like those of a real one; the same seed gives the same bytes.

A document has 14 related links (median; one of ten more than 113, none more than 179). They lead to other documents of
the site: a few thousand pages. Of an export, some hundred documents differ, nearly all by one added link.

`python -m benchmarks.site_documents FOLDER 4641`
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from math import exp, log
from pathlib import Path
from random import Random

from benchmarks.documents import (
    article_lines,
    base64_text,
    domain_of,
    image_lines,
    moment_of,
    provider_lines,
    text_lines,
)
from benchmarks.sizes import EXPORTS_A_DAY

PAGES = 4_000
MEDIAN_LINKS, SPREAD, MOST_LINKS = 14, 1.63, 179  # of a log-normal distribution: 10 % above 113
CHANGED_A_DAY = 1_189
BY_A_LINK = 0.95  # of the changed documents


@dataclass
class SiteDocument:
    number: int
    lines: list[str]  # all but the related links and the payload
    related: list[int]  # numbers of pages
    heat: int
    secured: str

    @property
    def name(self) -> str:
        return f"{self.number // 1000:03d}/{self.number:06d}.md"


@dataclass
class Site:
    """`pages` holds the lines of a related link to each page."""

    random: Random
    pages: list[list[str]] = field(default_factory=list)
    documents: list[SiteDocument] = field(default_factory=list)

    def add_document(self, links: int | None = None) -> SiteDocument:
        random, number = self.random, len(self.documents)
        if links is None:
            links = min(int(exp(random.gauss(log(MEDIAN_LINKS), SPREAD))), MOST_LINKS)
        lines = [
            *article_lines(random, number),
            "",
            "topics:",
            *(f"  - {name}" for name in random.sample(["Azure", "Security", "AI", "Databases", "Networking"], 2)),
            "",
            "images:",
            *image_lines(random, f"{number}/0", "  "),
        ]
        chosen = random.sample(range(len(self.pages)), min(links, len(self.pages)))
        document = SiteDocument(number, lines, chosen, random.randint(1, 900), _payload(random))
        self.documents.append(document)
        return document

    def text_of(self, document: SiteDocument) -> str:
        related = [line for page in document.related for line in self.pages[page]]
        head = [f"heat: {document.heat}" if line.startswith("heat:") else line for line in document.lines]
        return "\n".join(
            [
                "---",
                *head,
                *(["", "related:"] if related else []),
                *related,
                "",
                f'secured: "{document.secured}"',
                "---",
                "",
            ]
        )

    def write(self, folder: Path, documents: list[SiteDocument] | None = None) -> int:
        """Writes documents and returns the number of their bytes."""
        total = 0
        for document in self.documents if documents is None else documents:
            file = folder / "_news" / document.name
            file.parent.mkdir(parents=True, exist_ok=True)
            total += file.write_bytes(self.text_of(document).encode())
        return total

    def export(self) -> list[SiteDocument]:
        """Adds a document and changes others, as the site does twelve times a day; returns what differs."""
        random = self.random
        self.pages.append(_page(random, len(self.pages)))
        changed = random.sample(self.documents, min(CHANGED_A_DAY // EXPORTS_A_DAY, len(self.documents)))
        for document in changed:
            if random.random() < BY_A_LINK and len(document.related) < MOST_LINKS:
                document.related.insert(random.randint(0, len(document.related)), len(self.pages) - 1)
            else:
                document.heat += 1
            document.secured = _payload(random)
        return [*changed, self.add_document()]


def make_site(count: int, seed: int = 1) -> Site:
    random = Random(seed)  # noqa: S311 - test data
    site = Site(random, [_page(random, number) for number in range(PAGES)])
    for _ in range(count):
        site.add_document()
    return site


def _page(random: Random, number: int) -> list[str]:
    domain = domain_of(random)
    title, excerpt = text_lines(random, (6, 16), (25, 45))
    url = f"https://{domain}/{number}/{'-'.join(title.split()[1:8]).strip('"')}"
    amp = [f'    ampWebUrl: "{url}/amp/"'] if random.random() < 0.5 else []
    return [
        f"  - {title}",
        f"    {excerpt}",
        f"    publishedDateTime: {moment_of(random)}",
        f'    webUrl: "{url}"',
        *amp,
        "    type: article",
        *provider_lines(domain, "    "),
        f"    quality: {random.randint(0, 99)}",
        "    images:",
        *image_lines(random, f"page/{number}", "      "),
    ]


def _payload(random: Random) -> str:
    return f"{base64_text(random, 288)};{base64_text(random, 16)}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the documents of a site.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    arguments = parser.parse_args()
    print(f"{make_site(arguments.count).write(arguments.folder):,} bytes")
