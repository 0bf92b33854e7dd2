"""What the document of an article said at the last import, beside what the article says now."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.html import format_html
from django.utils.timezone import localtime

from articles.admin.history import words
from articles.facts import EDITABLE
from articles.importing.records import ArticleRecord, record_of
from articles.models import Article

# `secured` is not among them, and never will be.
PLAIN = (
    "title", "excerpt", "body", "web_url", "original_url", "amp_url", "cdn_amp_url", "type", "category",
    "published_at", "quality", "heat", "published",
)  # fmt: skip


# The flag is a decision: it follows no document once a person looks at it.
ADOPTABLE = {*EDITABLE, "related", "quality", "heat"}


def differences(article: Article) -> dict[str, object]:
    """Per field what the document says, where that is something else; nothing for an article without a document."""
    record = record_of(article)
    if record is None:
        return {}
    pairs = [(name, getattr(record, name), getattr(article, name)) for name in PLAIN]
    pairs.append(("provider", record.provider.domain, article.provider.domain))
    pairs.extend(_lists(record, article))
    return {name: said for name, said, now in pairs if _bare(said) != _bare(now)}


def _bare(value: object) -> object:
    # Nobody sees blanks at the ends.
    return value.strip() if isinstance(value, str) else value


def _lists(record: ArticleRecord, article: Article) -> Iterable[tuple[str, list[str], list[str]]]:
    yield "topics", list(dict.fromkeys(record.topics)), [topic.name for topic in article.ordered_topics]
    yield (
        "images",
        list(dict.fromkeys(image.url for image in record.images)),
        [image.url for image in article.ordered_images],
    )
    yield (
        "related",
        list(dict.fromkeys(link.url for link in record.related)),
        [link.url for link in article.related.all()],
    )


def note(name: str, said: object) -> str:
    """What the source says, and a button that saves the form with just that for this field."""
    if isinstance(said, datetime):
        said = f"{localtime(said):%Y-%m-%d %H:%M:%S}"
    return format_html('<span class="source-note">Source: <q>{}</q>{}</span>', words(said), use_button(name))


def use_button(name: str) -> str:
    if name not in ADOPTABLE:
        return ""
    button = (
        ' <button type="submit" class="use-source" name="_use_source" value="{}">Save with the source’s value</button>'
    )
    return format_html(button, name)
