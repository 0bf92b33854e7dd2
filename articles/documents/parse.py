"""Front matter to a record: what is required, and what is dropped with a warning."""

from __future__ import annotations

import re
import zlib

from articles import links
from articles.documents import front_matter as documents
from articles.documents.fields import MAX_NAME, MAX_TEXT, Checked, kind
from articles.documents.front_matter import Document
from articles.documents.messages import Message, Rejected, shown
from articles.documents.records import (
    FOLDERS,
    ArticleRecord,
    ImageRecord,
    OrganizationRecord,
    ProviderRecord,
    Record,
    RelatedRecord,
    TopicRecord,
)
from articles.models import Article, Category, Type

CATEGORIES = frozenset(Category.values)


TYPES = frozenset(Type.values)


KNOWN = frozenset(
    """
    title excerpt publishedDateTime webUrl originalUrl ampWebUrl cdnAmpWebUrl category type quality heat published
    provider topics images related secured
    """.split()
)


_DOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+")


_SECURED = re.compile(r"[A-Za-z0-9+/]+={0,2};[A-Za-z0-9+/]{22}==")


def record_from(document: Document, path: str) -> tuple[Record, list[Message]]:
    """What the document says, checked, and the warnings; `Rejected` if a required part is missing or bad."""
    reader = Checked(document)
    match document.front.get("taxonomy"):
        case None:
            record: Record = _article(reader, path)
        case "organization":
            record = _organization(reader)
        case "topic":
            record = _topic(reader)
        case other:
            raise Rejected(
                f"is {shown(other)}: only organization and topic are known", "taxonomy", document.line_of("taxonomy")
            )
    return record, reader.warnings


def record_of(article: Article) -> ArticleRecord | None:
    """What the document of an article said at the last import.

    None for an article without one, and for a document that this reader, stricter than the one of that day, refuses.
    """
    if not article.source:
        return None
    path = article.path or ""
    try:
        record, _ = record_from(documents.parse(zlib.decompress(article.source), path), path)
    except Rejected:
        return None
    return record if isinstance(record, ArticleRecord) else None


def category_of_folder(path: str) -> str:
    """The category of the nearest collection folder on the path, else news."""
    for folder in reversed(path.split("/")[:-1]):
        if folder in FOLDERS:
            return FOLDERS[folder]
    return "news"


def _article(reader: Checked, path: str) -> ArticleRecord:
    front = reader.front
    title = reader.required_text("title", MAX_TEXT)
    published_at = reader.required_date("publishedDateTime")
    provider = _provider(reader)
    web_url, original_url = reader.link("webUrl"), reader.link("originalUrl")
    if not (web_url or original_url):
        raise reader.rejected("neither webUrl nor originalUrl is a link to the article", "webUrl")
    published = front.get("published", False)
    if published is not True and published is not False:
        reader.warn(f"is {shown(published)}, not true or false: taken as false", "published")
        published = False
    extra = {key: value for key, value in front.items() if key not in KNOWN} if front.keys() - KNOWN else {}
    if extra:
        reader.check_json(extra)
    return ArticleRecord(
        title=title,
        excerpt=reader.text("excerpt"),
        body=reader.document.body,
        web_url=web_url,
        original_url=original_url,
        amp_url=reader.link("ampWebUrl"),
        cdn_amp_url=reader.link("cdnAmpWebUrl"),
        canonical_url=links.canonical(web_url or original_url),
        published_at=published_at,
        type=reader.choice("type", TYPES, "article"),
        category=reader.choice("category", CATEGORIES, category_of_folder(path)),
        quality=reader.integer("quality", at_least=0, default=0),
        heat=reader.integer("heat", at_least=-1, default=-1),
        published=published,
        provider=provider,
        topics=reader.names("topics"),
        images=_images(reader),
        related=_related(reader),
        secured=_secured(reader),
        extra=extra,
    )


def _organization(reader: Checked) -> OrganizationRecord:
    return OrganizationRecord(
        domain=_domain(reader),
        name=reader.required_text("name", MAX_NAME),
        other_names=reader.names("otherNames"),
        description=reader.text("description"),
        images=_images(reader),
    )


def _topic(reader: Checked) -> TopicRecord:
    name, parent = reader.required_text("name", MAX_NAME), reader.text("parent", MAX_NAME)
    if parent.casefold() == name.casefold():
        reader.warn("is the topic itself: dropped", "parent")
        parent = ""
    return TopicRecord(
        name=name,
        slug=reader.text("_id", MAX_NAME),
        short_name=reader.text("shortname", MAX_NAME),
        parent=parent,
        description=reader.text("description"),
        keywords=reader.names("keywords"),
        hashtags=reader.names("hashtags"),
        images=_images(reader),
    )


def _provider(reader: Checked) -> ProviderRecord:
    value = reader.front.get("provider")
    if not isinstance(value, dict):
        text = "is missing" if value is None else f"is {kind(value)}, not a mapping with a domain"
        raise reader.rejected(text, "provider")
    inner = reader.inside(value, "provider")
    return ProviderRecord(_domain(inner), inner.text("name", MAX_NAME), _images(inner))


def _optional_provider(reader: Checked) -> ProviderRecord | None:
    if reader.front.get("provider") is None:
        return None
    try:
        return _provider(reader)
    except Rejected as refusal:
        bad = refusal.message
        reader.warnings.append(Message("warning", bad.text + ": dropped", bad.field, bad.line))
        return None


def _domain(reader: Checked) -> str:
    domain = reader.required_text("domain", MAX_TEXT).lower().rstrip(".")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode()
        except UnicodeError:
            raise reader.rejected(f"is {shown(domain)}, which is no domain", "domain") from None
    if not _DOMAIN.fullmatch(domain):
        raise reader.rejected(f"is {shown(domain)}, which is no domain", "domain")
    return domain


def _images(reader: Checked) -> tuple[ImageRecord, ...]:
    return tuple(reader.mappings("images", _image, lambda image: image.url))


def _image(reader: Checked) -> ImageRecord | None:
    url = reader.front.get("url")
    # A path on the collecting site: kept, and shown once we hold the file.
    if not (isinstance(url, str) and re.fullmatch(r"/[^/\s\\][^\s\\]*", url) and len(url.encode()) <= links.MAX_BYTES):
        url = reader.link("url", needed=True)
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


def _related(reader: Checked) -> tuple[RelatedRecord, ...]:
    return tuple(reader.mappings("related", _related_link, lambda link: link.url))


def _related_link(reader: Checked) -> RelatedRecord | None:
    url = reader.link("webUrl") or reader.link("originalUrl")
    if not url:
        reader.warn("has no link: dropped")
        return None
    return RelatedRecord(
        url=url,
        canonical_url=links.canonical(url),
        amp_url=reader.link("ampWebUrl"),
        cdn_amp_url=reader.link("cdnAmpWebUrl"),
        title=reader.text("title", MAX_TEXT),
        excerpt=reader.text("excerpt"),
        published_at=reader.date("publishedDateTime"),
        type=reader.choice("type", TYPES, "article"),
        quality=reader.integer("quality", at_least=0, default=0),
        provider=_optional_provider(reader),
        images=_images(reader),
    )


def _secured(reader: Checked) -> str:
    value = reader.front.get("secured")
    if value is None:
        return ""
    if not isinstance(value, str):
        reader.warn(f"is {kind(value)}, not text: dropped", "secured")
        return ""
    if value and not _SECURED.fullmatch(value):
        reader.warn("does not look like an encrypted payload: kept as it is", "secured")
    return value
