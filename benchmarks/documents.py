"""Documents by the thousand, shaped like those of seeds/; the same seed gives the same bytes.

`python -m benchmarks.documents FOLDER 100000`
"""

from __future__ import annotations

import argparse
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

WORDS = """
amazon police face recognition technology cloud data power apps platform update release new year market report study
company service system digital network model learning robot policy nation bank health school city court vote science
energy climate paper review video launch partner growth
""".split()
DOMAINS = 2000
TOPICS = [f"Topic {number}" for number in range(60)]


def write_documents(folder: Path, count: int, seed: int = 1, per_folder: int = 1000) -> None:
    """Write `count` documents below `folder`, `per_folder` to a folder."""
    random = Random(seed)  # noqa: S311 - test data
    for number in range(count):
        file = folder / f"{number // per_folder:04d}" / f"{number:06d}.md"
        if number % per_folder == 0:
            file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(document(random, number), encoding="utf-8", newline="")


def document(random: Random, number: int) -> str:
    """One news item: two topics, one or two pictures, none to five related links."""
    return "\n".join(
        [
            "---",
            *article_lines(random, number),
            "",
            "topics:",
            *(f"  - {name}" for name in random.sample(TOPICS, 2)),
            "",
            "images:",
            *(line for n in range(random.randint(1, 2)) for line in image_lines(random, f"{number}/{n}", "  ")),
            *_related(random, number),
            "",
            f'secured: "{base64_text(random, 480)};{base64_text(random, 16)}"',
            "---",
            "",
            "",
        ]
    )


def article_lines(random: Random, number: int) -> Iterator[str]:
    domain = domain_of(random)
    yield "category: news"
    yield from text_lines(random, (6, 14), (25, 45))
    yield f"publishedDateTime: {moment_of(random)}"
    yield f'webUrl: "https://{domain}/{number}/{_words(random, 4, 8, "-")}"'
    yield "type: article"
    yield f"quality: {random.randint(0, 189)}"
    yield f"heat: {random.choice([-1, random.randint(1, 189)])}"
    yield f"published: {random.choice(['true', 'false'])}"
    yield ""
    yield from provider_lines(domain, "")


def _related(random: Random, number: int) -> Iterator[str]:
    count = random.randint(0, 5)
    if count:
        yield from ("", "related:")
    for n in range(count):
        domain = domain_of(random)
        title, excerpt = text_lines(random, (6, 14), (20, 40))
        yield f"  - {title}"
        yield f"    {excerpt}"
        yield f"    publishedDateTime: {moment_of(random)}"
        yield f'    webUrl: "https://{domain}/related/{number}/{n}/{_words(random, 3, 6, "-")}"'
        yield "    type: article"
        yield from provider_lines(domain, "    ")
        yield f"    quality: {random.randint(0, 99)}"
        yield "    images:"
        yield from image_lines(random, f"related/{number}/{n}", "      ")


def text_lines(random: Random, title: tuple[int, int], excerpt: tuple[int, int]) -> tuple[str, str]:
    return (
        f'title: "{_words(random, *title).capitalize()}"',
        f'excerpt: "{_words(random, *excerpt).capitalize()}."',
    )


def provider_lines(domain: str, indent: str) -> Iterator[str]:
    yield f"{indent}provider:"
    yield f"{indent}  name: {domain.removesuffix('.example').title()}"
    yield f"{indent}  domain: {domain}"


def image_lines(random: Random, name: str, indent: str) -> Iterator[str]:
    yield f'{indent}- url: "https://pictures.{domain_of(random)}/{name}.jpg"'
    yield f"{indent}  width: 1200"
    yield f"{indent}  height: {random.choice([630, 675, 800])}"
    yield f"{indent}  isCached: true"


def domain_of(random: Random) -> str:
    # By a power law: a few providers write much, most write little.
    return f"provider{min(int(random.paretovariate(0.8)), DOMAINS) - 1}.example"


def moment_of(random: Random) -> str:
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=random.randint(0, 3 * 10**7))
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _words(random: Random, at_least: int, at_most: int, between: str = " ") -> str:
    return between.join(random.choices(WORDS, k=random.randint(at_least, at_most)))


def base64_text(random: Random, length: int) -> str:
    return b64encode(random.randbytes(length)).decode()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write documents shaped like those of seeds/.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    write_documents(arguments.folder, arguments.count, arguments.seed)
