"""Readers of RSS, Atom and JSON Feed, which hold a feed against its standard."""

import json
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

from articles.syndication.feeds import FEED_FORMATS
from tests.schemas import problems

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
FORMS = list(FEED_FORMATS)


def read(client, address: str) -> list[dict]:
    """The items of a feed, checked against its standard, as a list of one shape."""
    answer = client.get(address)
    assert answer.status_code == 200
    return {"rss": rss, "atom": atom, "json": json_feed}[address.partition("?")[0].rpartition(".")[2]](answer)


def rss(answer) -> list[dict]:
    """RSS 2.0, and what we promise beyond it."""
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert problems(answer.content, "rss.rng") == []
    channel = ElementTree.fromstring(answer.content)[0]  # noqa: S314 - ours
    for name in ("description", "language", "lastBuildDate"):
        assert channel.findtext(name), name
    own = channel.find(f"{ATOM}link")
    assert (own.get("rel"), own.get("href")) == ("self", answer.wsgi_request.build_absolute_uri())
    found = []
    for item in channel.findall("item"):
        for name in ("link", "description", "pubDate", "source"):
            assert item.findtext(name), name
        assert item.find("guid").get("isPermaLink") == "false"
        found.append(
            {
                "id": item.findtext("guid"),
                "title": item.findtext("title"),
                "url": item.findtext("link"),
                "html": item.findtext("description"),
                "source": item.findtext(f"{DC}creator"),
                "at": parsedate_to_datetime(item.findtext("pubDate")),
                "topics": [category.text for category in item.findall("category")],
                "picture": next((enclosure.get("url") for enclosure in item.findall("enclosure")), None),
            }
        )
    return found


def atom(answer) -> list[dict]:
    """RFC 4287."""
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert problems(answer.content, "atom.rng") == []
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - ours
    links = [(link.get("rel"), link.get("href")) for link in root.findall(f"{ATOM}link")]
    address = answer.wsgi_request.build_absolute_uri()
    assert sorted(links) == [("alternate", address.replace("feed.atom", "")), ("self", address)]
    found = []
    for entry in root.findall(f"{ATOM}entry"):
        # Of each entry an author, of those without content an alternate link: what the RFC says in Schematron.
        for name in ("published", "summary", "author"):
            assert len(entry.findall(ATOM + name)) == 1, name
        assert entry.find(f"{ATOM}summary").get("type") == "html"
        assert entry.find(f"{ATOM}title").get("type", "text") == "text"
        assert instant(entry.findtext(f"{ATOM}updated")) >= instant(entry.findtext(f"{ATOM}published"))
        rels = {link.get("rel"): link.get("href") for link in entry.findall(f"{ATOM}link")}
        assert rels.keys() <= {"alternate", "via", "enclosure"}
        assert rels["via"].startswith("http")
        found.append(
            {
                "id": entry.findtext(f"{ATOM}id"),
                "title": entry.findtext(f"{ATOM}title"),
                "url": rels["alternate"],
                "html": entry.findtext(f"{ATOM}summary"),
                "source": entry.findtext(f"{ATOM}author/{ATOM}name"),
                "at": instant(entry.findtext(f"{ATOM}published")),
                "topics": [category.get("term") for category in entry.findall(f"{ATOM}category")],
                "picture": rels.get("enclosure"),
            }
        )
    assert len({entry["id"] for entry in found}) == len(found)
    return found


def json_feed(answer) -> list[dict]:
    """https://www.jsonfeed.org/version/1.1/"""
    assert answer["Content-Type"] == "application/feed+json; charset=utf-8"
    assert problems(answer.content, "feed.json") == []
    said = json.loads(answer.content)
    address = answer.wsgi_request.build_absolute_uri()
    assert (said["feed_url"], said["home_page_url"]) == (address, address.replace("feed.json", ""))
    found = []
    for item in said["items"]:
        assert all(isinstance(item[name], str) for name in ("id", "url", "external_url", "content_html"))
        assert instant(item["date_modified"]) >= instant(item["date_published"])
        found.append(
            {
                "id": item["id"],
                "title": item["title"],
                "url": item["url"],
                "html": item["content_html"],
                "source": item["authors"][0]["name"],
                "at": instant(item["date_published"]),
                "topics": item.get("tags", []),
                "picture": item.get("image"),
            }
        )
    return found


def instant(text: str) -> datetime:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", text)
    return datetime.fromisoformat(text)
