"""What an address answers, the words of hidden articles in it, and all that links lead to."""

import re
from collections import deque
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.test import Client

from tests.canary.articles import MARK


def ask(path: str, method: str = "get", **headers):
    """Status, headers and body, whole."""
    answer = getattr(Client(headers=headers), method)(path)
    body = answer.getvalue() if answer.streaming else answer.content
    # That of /health/ is now.
    return (
        answer.status_code,
        sorted((name, value) for name, value in answer.headers.items() if name != "Expires"),
        body,
    )


def text_of(said) -> str:
    status, headers, body = said
    return f"{status} {headers} {body.decode('latin-1')}".lower()


def words_in(said, but=()) -> set[str]:
    return set(re.findall(rf"{MARK}\w+", text_of(said))) - set(but)


def crawl(*start: str) -> dict[str, tuple]:
    """What every address answers that can be reached by links, from the start on."""
    said, waiting = {}, deque(start)
    while waiting:
        path = waiting.popleft()
        if path in said or path.startswith("/static/"):
            continue
        said[path] = _, headers, body = ask(path)
        assert len(said) < 1000, "the crawl has no end"
        found = re.findall(r'(?:href|src|content)="([^"]+)"|<loc>([^<]+)</loc>', body.decode("latin-1"))
        found += [(url, "") for srcset in re.findall(r'srcset="([^"]+)"', body.decode("latin-1"))
                  for url in re.findall(r"/media/\S+", srcset)]  # fmt: skip
        found += [(value, "") for name, value in headers if name == "Location"]
        for url in (unescape("".join(pair)) for pair in found):
            parts = urlsplit(urljoin(f"http://testserver{path}", url.encode("latin-1").decode(errors="replace")))
            if parts.netloc == "testserver" and url.startswith(("/", "?", "http://testserver/")):
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return said
