"""What the document of an article said at the last import, where the article says something else now."""

from collections.abc import Iterable

from articles.documents.records import ArticleRecord, record_of
from articles.history.snapshot import EDITABLE
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
