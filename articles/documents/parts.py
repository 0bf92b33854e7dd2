"""Reads the parts of a document that are mappings: providers, images, related links."""

from __future__ import annotations

import re
from urllib.parse import quote

from articles import links
from articles.documents.fields import MAX_NAME_CHARACTERS, FieldReader
from articles.documents.messages import Rejected, printable
from articles.documents.records import ImageRecord, ProviderRecord
from articles.documents.values import kind_in_words

_DOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+")
# A path on the collecting site: kept, and shown once we have the file.
_PATH_OF_SITE = re.compile(r"/[^/\s\\][^\s\\\"<>^`{|}]*")
_VISIBLE_ASCII = "".join(char for char in map(chr, range(0x21, 0x7F)) if char not in '"<>^`{|}')


def domain_in(text: object) -> str:
    """Returns the domain in lower case and ASCII; '' for what is no domain. The host of a link is one too."""
    if not isinstance(text, str):
        return ""
    if _DOMAIN.fullmatch(text):
        return text
    domain = text.strip().lower().rstrip(".")
    if "//" in domain or not domain.isascii():
        domain = links.host_of(links.repaired(domain if "//" in domain else f"https://{domain}/"))
    return domain if _DOMAIN.fullmatch(domain) else ""


def required_domain(reader: FieldReader) -> str:
    value = reader.front.get("domain")
    if value is None:
        raise reader.rejected("is missing", "domain")
    if not (domain := domain_in(value)):
        raise reader.rejected(f"is {printable(value)}, which is no domain", "domain")
    return domain


def optional_provider(reader: FieldReader, url: str) -> ProviderRecord | None:
    """Returns the provider that a document names, with the host of the link as its domain where it gives none."""
    if reader.front.get("provider") is None:
        return None
    try:
        return provider(reader, url)
    except Rejected as refusal:
        reader.drop(refusal.message.text, "provider")
        return None


def provider(reader: FieldReader, url: str) -> ProviderRecord:
    """Returns the provider; its domain is the host of the link where the document gives none that can be read."""
    value = reader.front.get("provider")
    if isinstance(value, dict):
        inner = reader.inside(value, "provider")
        name, given = inner.text("name", MAX_NAME_CHARACTERS), value.get("domain")
        domain = domain_in(given) or _derived(inner, "domain", given, url)
        if given is not None and not domain_in(given):
            reader.unread.add("provider")
        return ProviderRecord(domain, name, images(inner))
    if isinstance(value, str) and (domain := domain_in(value)):
        reader.warn(f"is text: taken as the domain {domain}", "provider")
        return ProviderRecord(domain)
    if value is not None:
        reader.unread.add("provider")
    name = value[:MAX_NAME_CHARACTERS].strip() if isinstance(value, str) else ""
    return ProviderRecord(_derived(reader, "provider", value, url), name)


def _derived(reader: FieldReader, key: str, value: object, url: str) -> str:
    problem = (
        "is missing"
        if value is None
        else f"is {printable(value)}, which is no domain"
        if isinstance(value, str)
        else f"is {kind_in_words(value)}, not a domain"
    )
    if not (host := domain_in(links.host_of(url))):
        raise reader.rejected(f"{problem}, and the link has none", key)
    reader.warn(f"{problem}: taken from the link, {host}", key)
    return host


def services(reader: FieldReader) -> dict[str, str]:
    """Returns the lists that the collecting site has of a topic: their names and addresses."""
    value = reader.front.get("services")
    if not isinstance(value, dict):
        if value is not None:
            reader.drop(f"is {kind_in_words(value)}, not a mapping", "services")
        return {}
    inner = reader.inside(value, "services")
    return {name: url for name in value if isinstance(name, str) and (url := inner.link(name))}


def images(reader: FieldReader) -> tuple[ImageRecord, ...]:
    if "images" not in reader.front:
        return ()
    return tuple(reader.mappings("images", _image, lambda image: image.url, _image_at))


def _image(reader: FieldReader) -> ImageRecord | None:
    value = reader.front.get("url")
    if value is None:
        reader.warn("is missing: dropped", "url")
        return None
    url = _image_url(reader, value, "url") if isinstance(value, str) else reader.link("url")
    if not url:
        return None
    return ImageRecord(
        url=url,
        width=reader.integer("width", at_least=1, default=None),
        height=reader.integer("height", at_least=1, default=None),
        title=reader.text("title"),
        attribution=reader.text("attribution"),
        is_cached=reader.flag("isCached"),
    )


def _image_at(reader: FieldReader, value: str) -> ImageRecord | None:
    url = _image_url(reader, value, "")
    return ImageRecord(url) if url else None


def _image_url(reader: FieldReader, value: str, key: str) -> str:
    path = value.strip()
    if not (path.startswith("/") and not path.startswith(("//", "/\\"))):
        return reader.checked_link(value, key)
    url = value if _PATH_OF_SITE.fullmatch(value) else quote(path, safe=_VISIBLE_ASCII)
    if len(url.encode()) > links.MAX_BYTES or not _PATH_OF_SITE.fullmatch(url):
        reader.drop(f"{links.NO_LINK} ({printable(value, 200)})", key)
        return ""
    if url != value:
        reader.warn(f"is {printable(value, 200)}: taken as {printable(url, 200)}", key)
    return url
