"""Reads the values of fields from the documents of articles, as `moderation` takes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from articles.documents.parse import record_of
from articles.documents.records import ArticleRecord
from articles.documents.source import settled_by
from articles.importing.saving.references import image_ids, provider_ids, topic_ids
from articles.models import Article, ArticleImage, Image, Topic
from articles.models.fields import FIELD_BY_NAME, LINK_COLUMNS, Kind
from articles.moderation.content_verbs import TakeSource
from articles.moderation.verbs import Verb
from providers.models import Provider


def source_values(article: Article, names: Iterable[str]) -> dict[str, Any]:
    """Returns the values of the fields in the article's document. Creates missing topics, providers and images.

    Empty for an article without a document.
    """
    record = record_of(article)
    return {name: _value(article, record, name) for name in names} if record else {}


def with_source_values(verb: Verb, pks: Iterable[int]) -> Verb:
    """Returns the verb with what the documents of these articles say, if it takes that; else the verb as it is.

    Creates missing topics, providers and images: call it in the transaction of the decision.
    """
    if not isinstance(verb, TakeSource):
        return verb
    values = {}
    disputed = Article.objects.filter(pk__in=list(pks)).exclude(conflicts=[]).only("path", "source", "conflicts")
    for article in disputed.iterator():
        record = record_of(article)
        names = [name for name in settled_by(article, record) if verb.names is None or name in verb.names]
        if record and names:
            values[article.pk] = {name: _value(article, record, name) for name in names}
    return replace(verb, values=values)


def sources_of(pks: Iterable[int]) -> str:
    """Returns a digest of the documents of these articles.

    A document may say something new of a conflict that there was: the article and its version stay as they are.
    """
    rows = Article.objects.filter(pk__in=list(pks)).order_by("pk").values_list("pk", "source_digest")
    return sha256(repr([(pk, bytes(digest or b"")) for pk, digest in rows]).encode()).hexdigest()


def _value(article: Article, record: ArticleRecord, name: str) -> Any:
    value = getattr(record, name)
    match FIELD_BY_NAME[name].kind:
        case Kind.PROVIDER:
            pk = provider_ids([value], image_ids(value.images))[value.domain]
            return Provider.objects.select_related("merged_into").get(pk=pk).stands_for
        case Kind.TOPICS:
            known = topic_ids(value)
            topics = Topic.objects.in_bulk(list(known.values()))
            return [topics[pk] for pk in dict.fromkeys(known[topic] for topic in value)]
        case Kind.IMAGES:
            ids = image_ids(value)
            images = Image.objects.in_bulk(list(ids.values()))
            return [
                ArticleImage(image=images[ids[image.url]], title=image.title, attribution=image.attribution)
                for image in value
            ]
        case Kind.LINKS:
            existing = dict(article.related.values_list("page__url", "pk"))
            return [
                {column: getattr(link, column) for column in LINK_COLUMNS}
                | {"hidden": False, "placed": False, "pk": existing.get(link.url)}
                for link in value
            ]
    return value
