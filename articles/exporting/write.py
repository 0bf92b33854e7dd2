"""Writes an article as the bytes of its document, and checks them by reading them back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node

from articles import links
from articles.documents import emit
from articles.documents.edit import KeptItem, YamlText, node_of
from articles.documents.folders import FOLDER_OF_CATEGORY
from articles.documents.front_matter import Document, parse_document, text_of
from articles.documents.keys import (
    IMAGE_KEYS,
    KEY_OF_FIELD,
    KEY_OF_LINK_FIELD,
    KEYS_IN_ORDER,
    article_front,
    link_front,
    place_front,
    topic_name,
)
from articles.documents.messages import Rejected
from articles.documents.parse import record_from, record_of
from articles.documents.records import NOTHING, ArticleRecord
from articles.documents.stored import document_in
from articles.documents.topic_names import known_topic_ids
from articles.exporting.content import Content, link_content, record_content, row_content
from articles.history.images import IMAGE_TEXTS, LoggedImage, texts_in, url_in
from articles.models import Article, ArticleImage, Event, RelatedLink, State, Verb
from articles.texts import name_of, with_plain_line_ends
from providers.models import domain_in_use

BOM = b"\xef\xbb\xbf"


class NotWritten(Exception):
    """The document would differ from the article."""


def path_of(row: Article) -> str:
    return row.path or f"{FOLDER_OF_CATEGORY[row.category]}/{row.slug}.md"


def topics_by_name(rows: Iterable[Article]) -> dict[str, int]:
    """Returns the primary key of the topic for each name that these articles or their documents use."""
    names: list[str] = []
    for row in rows:
        record = record_of(row)
        names += record.topics if record else ()
        names += [topic.source.get("name") or topic.name for topic in row.ordered_topics]
    return known_topic_ids(names)


def document_of(row: Article, topics: Mapping[str, int]) -> tuple[bytes, bool]:
    """Returns the bytes of the article's document, and whether they are the imported ones.

    What nobody changed stays to the byte: unknown keys, comments, order, `secured`. If the related links changed, the
    hidden ones are left out, as readers do not see them either.
    """
    raw = document_in(row.source) if row.source else b""
    document_content, unread = _content(raw, row, topics) if raw else ({}, NOTHING)
    # Nobody edits unknown keys and `secured`: the document's own values stay, to the byte.
    current = row_content(row) | {name: document_content[name] for name in ("extra", "secured") if raw}
    # The same goes for what the document does not say, unless a person said it.
    unsaid = {name for name in unread if name in current and document_content[name] != current[name]}
    # And for its flag, while the article waits for a person: another site is told what the document says.
    unsaid |= {"published"} if raw and row.state == State.PENDING and document_content["published"] else set()
    current |= {name: document_content[name] for name in unsaid - names_changed_by_people(row, unsaid)}
    # A document goes on to name the domain that it names, also where that now stands for another provider.
    if raw and document_content["provider"] != current["provider"] == domain_in_use(document_content["provider"]):
        current["provider"] = document_content["provider"]
    changed = {name for name in current if document_content.get(name) != current[name]}
    if raw and not changed:
        return raw, True
    try:
        written = _edited(raw, row, document_content, changed, topics) if raw else _fresh(row, topics)
        differing = [name for name, value in _content(written, row, topics)[0].items() if value != current[name]]
    except (Rejected, ValueError, yaml.YAMLError) as error:
        raise NotWritten(f"the changed document could not be read back: {error}") from error
    if differing:
        raise NotWritten(f"the changed document would say something else: {', '.join(differing)}")
    return written, False


def names_changed_by_people(row: Article, names: Collection[str]) -> set[str]:
    if not names:
        return set()
    events = Event.objects.filter(article=row).exclude(verb=Verb.IMPORT).values_list("after", flat=True)
    return {name for after in events for name in names if name in after}


def _content(raw: bytes, row: Article, topics: Mapping[str, int]) -> tuple[Content, frozenset[str]]:
    path = path_of(row)
    record, _ = record_from(parse_document(raw, path), path)
    if not isinstance(record, ArticleRecord):
        raise NotWritten("its document describes no article")
    return record_content(record, topics), record.unread


def _edited(raw: bytes, row: Article, document_content: Content, changed: set[str], topics: Mapping[str, int]) -> bytes:
    document = parse_document(raw, path_of(row))
    text = YamlText(document.yaml)
    front = article_front(row, topics)
    changes: dict[str, Any] = {}
    for name in changed - {"body"}:
        key = KEY_OF_FIELD[name]
        changes[key] = front.get(key)
        if name == "topics":
            changes[key] = _topic_items(row, text, topics) or None
        elif name == "images":
            changes[key] = image_items(row, text, document_content["images"]) or None
        elif name == "related":
            changes[key] = _related_items(row, text, document_content["related"]) or None
    in_order = {key: changes[key] for key in front if key in changes} | changes
    body = with_plain_line_ends(row.body).replace("\n", text.newline) if "body" in changed else document.body
    return _joined(document, text.changed(in_order), body, text.newline)


def _joined(document: Document, front: str, body: str, newline: str) -> bytes:
    text = text_of(document.raw)
    start = BOM if document.raw.startswith(BOM) else b""
    opening = text[: text.index("\n") + 1] if document.first_line > 1 else ""
    closing = text[len(opening) + len(document.yaml) : len(text) - len(document.body)]
    if body and not opening:
        opening, closing = f"---{newline}", f"---{newline}"
    if body and not closing.endswith("\n"):
        closing += newline
    return start + f"{opening}{front}{closing}{body}".encode()


def _fresh(row: Article, topics: Mapping[str, int]) -> bytes:
    front = article_front(row, topics) | row.extra
    lines = ["---", *emit.mapping(front, 0), "---", row.body]
    return "\n".join(lines).encode()


def _topic_items(row: Article, text: YamlText, topics: Mapping[str, int]) -> list[Any]:
    nodes = [node for node in reversed(text.items("topics")) if isinstance(node.value, str)]
    existing = {topics.get(name_of(node.value)): node for node in nodes}
    return [
        KeptItem(existing[topic.pk]) if topic.pk in existing else topic_name(topic, topics)
        for topic in row.ordered_topics
    ]


def image_items(row: Article, text: YamlText, source_images: Iterable[LoggedImage]) -> list[Any]:
    """Returns the images of the article for its document: what this says of them stays, but for the texts.

    `source_images` are the images that the document gives, as the log would write them.
    """
    nodes, source_texts = image_nodes(text), {url_in(image): texts_in(image) for image in source_images}
    return [
        _image_item(place, nodes.get(place.image.url), source_texts.get(place.image.url))
        for place in row.image_links.all()
    ]


def image_nodes(text: YamlText) -> dict[str, Node]:
    """Returns the images in the document by their URLs as the record has them."""
    return {
        _link(node, "url") if isinstance(node, MappingNode) else _repaired(node.value): node
        for node in reversed(text.items("images"))
    }


def _image_item(place: ArticleImage, node: Node | None, source_texts: Mapping[str, str] | None) -> Any:
    if node is None or source_texts is None:
        return place_front(place)
    texts = {name: getattr(place, name) for name in IMAGE_TEXTS}
    changes = {name: text or None for name, text in texts.items() if text != source_texts[name]}
    has_room = isinstance(node, MappingNode) or not changes
    return KeptItem(node, changes, IMAGE_KEYS) if has_room else place_front(place)


def _related_items(row: Article, text: YamlText, source_links: list[Content]) -> list[Any]:
    by_url = {link["url"]: link for link in source_links}
    nodes: dict[str, Any] = {}
    for node in reversed(text.items("related")):
        nodes |= {url: node for url in (_link(node, "originalUrl"), _link(node, "webUrl")) if url in by_url}
    return [
        KeptItem(nodes[link.url], _differing(link, by_url[link.url])) if link.url in nodes else link_front(link)
        for link in row.related.all()
        if not link.hidden
    ]


def _differing(link: RelatedLink, source_link: Content) -> dict[str, Any]:
    front = link_front(link)
    keys = [KEY_OF_LINK_FIELD[name] for name, value in link_content(link).items() if value != source_link[name]]
    return {key: front.get(key) for key in KEYS_IN_ORDER if key in keys}


def _link(node: Any, key: str) -> str:
    """Returns the link in a mapping as the record has it."""
    value = node_of(node, key)
    return _repaired(value.value) if value is not None else ""


def _repaired(value: object) -> str:
    return (links.repaired(value) or value) if isinstance(value, str) else ""
