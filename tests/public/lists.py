"""Lists of cards as readers see them, page by page."""

import re
from datetime import UTC, datetime, timedelta

from tests.factories import make_article

DAY = datetime(2021, 1, 8, tzinfo=UTC)


def titles(page: str) -> list[str]:
    return re.findall(r'<h\d class="card-title" dir="auto"><a href="[^"]*">([^<]*)</a>', page)


def link(page: str, rel: str) -> str:
    found = re.search(rf'<a class="[^"]*" rel="{rel}" href="([^"]*)"', page)
    return found[1].replace("&amp;", "&") if found else ""


def walk(client, path: str, rel: str = "next") -> list[list[str]]:
    pages, base = [], path.partition("?")[0]
    while path:
        answer = client.get(path, follow=True)
        assert answer.status_code == 200
        pages.append(titles(answer.text))
        path = (step := link(answer.text, rel)) and base + step
    return pages


def make_articles(number, **fields):
    return [
        make_article(published=True, title=f"T{n:02}", published_at=DAY + timedelta(minutes=n), **fields)
        for n in range(number)
    ]
