"""The snapshot of an article: the fields that the log keeps, as values of the row and as the JSON of events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User

from articles.history.images import logged_image, texts_in, url_in
from articles.history.related import links_delta
from articles.models import Article, ArticleImage, Image, OrderedImage, RelatedLink, RuleVersion, Topic, TopicOldSlug
from articles.models.fields import FIELD_BY_NAME, LOGGED, LOGGED_LINK_FIELDS, MOMENTS, Kind
from articles.models.keys import key_of
from articles.models.moments import possible
from providers.models import Provider


def snapshot(article: Article, fields: Iterable[str] | None = None) -> dict[str, Any]:
    """Returns the fields of an article as JSON, as events store them; `secured` and `source` are never included.

    Without names: all fields but the related links, of which an article may have hundreds.
    """
    names = fields or [name for name in LOGGED if name != "related"]
    return {name: logged_value(value_of(article, name)) for name in names}


def logged_change(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns the values of changed fields as an event holds them, before and after; of related links what differs."""
    before = {name: logged_value(old[name]) for name in new}
    after = {name: logged_value(value) for name, value in new.items()}
    if "related" in after:
        before["related"], after["related"] = links_delta(before["related"], after["related"])
    return before, after


def value_of(row: Article, name: str) -> Any:
    """Returns the value of a field; of a list the rows, in their order; of images their places."""
    match FIELD_BY_NAME[name].kind if name in FIELD_BY_NAME else None:
        case Kind.TOPICS:
            return [link.topic for link in _links(row, "topic_links", "topic")]
        case Kind.IMAGES:
            return list(_links(row, "image_links", "image"))
        case Kind.LINKS:
            return list(row.related.select_related("page__provider"))
        case Kind.ARTICLE | Kind.RULE:
            return getattr(row, f"{name}_id")
    return getattr(row, name)


def _links(row: Article, links: str, to: str) -> Iterable[Any]:
    prefetched = links in getattr(row, "_prefetched_objects_cache", ())
    return getattr(row, links).all() if prefetched else getattr(row, links).select_related(to)


def logged_value(value: Any) -> Any:
    """Returns a value of a row as events store it."""
    match value:
        case datetime():
            # In UTC: the same moment in another time zone is no change.
            return possible(value).astimezone(UTC).isoformat()
        case OrderedImage():
            return logged_image(value.image.url, value.title, value.attribution)
        case Image():
            return value.url
        case Topic():
            return value.slug
        case User():
            return value.get_username()
        case RelatedLink():
            return {name: logged_value(getattr(value, name)) for name in LOGGED_LINK_FIELDS}
        case list():
            return [logged_value(item) for item in value]
        case Provider():
            return value.domain
        case Article() | RuleVersion():
            return value.pk
    return value


class SnapshotRows:
    """The rows that snapshots name, loaded at once; `value` converts JSON back to values."""

    def __init__(self, snapshots: Iterable[Mapping[str, Any]]):
        snapshots = list(snapshots)
        slugs, urls = set(_listed(snapshots, Kind.TOPICS)), set(map(url_in, _listed(snapshots, Kind.IMAGES)))
        people, domains = set(_single(snapshots, Kind.PERSON)), set(_single(snapshots, Kind.PROVIDER))
        articles = set(_single(snapshots, Kind.ARTICLE))
        self.topics = {topic.slug: topic for topic in Topic.objects.filter(slug__in=slugs)} if slugs else {}
        if renamed := slugs - set(self.topics):
            old = TopicOldSlug.objects.filter(slug__in=renamed).select_related("topic")
            self.topics |= {row.slug: row.topic for row in old}
        keys = [key_of(url) for url in urls]
        self.images = {image.url: image for image in Image.objects.filter(url_key__in=keys)} if urls else {}
        self.people = {p.get_username(): p for p in User.objects.filter(username__in=people)} if people else {}
        found = Provider.objects.filter(domain__in=domains).select_related("merged_into") if domains else ()
        self.providers = {provider.domain: provider.stands_for for provider in found}
        self.articles = Article.objects.without_payload().in_bulk(articles) if articles else {}
        rules = set(_single(snapshots, Kind.RULE))
        self.rules = RuleVersion.objects.in_bulk(rules) if rules else {}

    def value(self, name: str, logged: Any) -> Any:
        """Returns the value of a field. Raises LookupError if a row no longer exists; related links stay JSON."""
        match FIELD_BY_NAME[name].kind if name in FIELD_BY_NAME else None:
            case Kind.TOPICS:
                return [self.topics[slug] for slug in logged]
            case Kind.IMAGES:
                return [ArticleImage(image=self.images[url_in(item)], **texts_in(item)) for item in logged]
            case Kind.PROVIDER:
                return self.providers[logged]
            case Kind.PERSON:
                return self.people[logged] if logged else None
            case Kind.ARTICLE:
                return self.articles[logged] if logged else None
            case Kind.RULE:
                return self.rules[logged] if logged else None
        return datetime.fromisoformat(logged) if logged and name in MOMENTS else logged


def _listed(snapshots: Iterable[Mapping[str, Any]], kind: Kind) -> Iterator[str]:
    return (item for snapshot in snapshots for name in _names(kind) for item in snapshot.get(name, ()))


def _single(snapshots: Iterable[Mapping[str, Any]], kind: Kind) -> Iterator[Any]:
    return (snapshot[name] for snapshot in snapshots for name in _names(kind) if snapshot.get(name))


def _names(kind: Kind) -> list[str]:
    return [name for name, field in FIELD_BY_NAME.items() if field.kind is kind]
