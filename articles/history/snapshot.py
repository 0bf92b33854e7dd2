"""The facts of an article: read from the row as values, and as the JSON that events keep."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User

from articles.models import Article, Image, RelatedLink, Topic, TopicOldSlug
from articles.models.keys import key_of
from providers.models import Provider

TEXT_FIELDS = (
    "slug",
    "title",
    "excerpt",
    "body",
    "web_url",
    "original_url",
    "amp_url",
    "cdn_amp_url",
    "type",
    "category",
    "provider",
    "published_at",
)
EDITABLE = (*TEXT_FIELDS, "topics", "images")
RELATED_FIELDS = (
    "url",
    "title",
    "excerpt",
    "type",
    "published_at",
    "quality",
    "amp_url",
    "cdn_amp_url",
    "hidden",
)
FACTS = (
    *EDITABLE,
    "related",
    "quality",
    "heat",
    "published",
    "publish_at",
    "expires_at",
    "reviewed_by",
    "reviewed_at",
    "first_published_at",
    "flag",
    "notes",
    "assigned_to",
    "duplicate_of",
    "pinned_at",
)
DATES = {"published_at", "publish_at", "expires_at", "reviewed_at", "first_published_at", "pinned_at"}


def snapshot(article: Article, fields: Iterable[str] | None = None) -> dict[str, Any]:
    """The facts of an article as JSON, as events keep them; `secured` and `source` are never among them."""
    names = fields or FACTS
    return {name: as_json(value_of(article, name)) for name in names}


def value_of(row: Article, name: str) -> Any:
    match name:
        case "topics":
            at_hand = "topic_links" in getattr(row, "_prefetched_objects_cache", ())
            return [
                link.topic for link in (row.topic_links.all() if at_hand else row.topic_links.select_related("topic"))
            ]
        case "images":
            return [link.image for link in row.image_links.select_related("image")]
        case "related":
            return list(row.related.select_related("provider"))
        case "duplicate_of":
            return row.duplicate_of_id
    return getattr(row, name)


def as_json(value: Any) -> Any:
    match value:
        case datetime():
            # In UTC: the same moment in another time zone is no change.
            return value.astimezone(UTC).isoformat()
        case Image():
            return value.url
        case Topic():
            return value.slug
        case User():
            return value.get_username()
        case RelatedLink():
            return {name: as_json(getattr(value, name)) for name in (*RELATED_FIELDS, "origin")}
        case list():
            return [as_json(item) for item in value]
        case Provider():
            return value.domain
        case Article():
            return value.pk
    return value


class Named:
    """The rows that the JSON of events names, read at once; then `value` is the way back from JSON."""

    def __init__(self, states: Iterable[Mapping[str, Any]]):
        states = list(states)
        slugs, urls = set(_listed(states, "topics")), set(_listed(states, "images"))
        people = set(_single(states, "reviewed_by", "assigned_to"))
        domains, articles = set(_single(states, "provider")), set(_single(states, "duplicate_of"))
        self.topics = {topic.slug: topic for topic in Topic.objects.filter(slug__in=slugs)} if slugs else {}
        if renamed := slugs - set(self.topics):
            old = TopicOldSlug.objects.filter(slug__in=renamed).select_related("topic")
            self.topics |= {row.slug: row.topic for row in old}
        keys = [key_of(url) for url in urls]
        self.images = {image.url: image for image in Image.objects.filter(url_key__in=keys)} if urls else {}
        self.people = {p.get_username(): p for p in User.objects.filter(username__in=people)} if people else {}
        self.providers = {p.domain: p for p in Provider.objects.filter(domain__in=domains)} if domains else {}
        self.articles = Article.objects.without_payload().in_bulk(articles) if articles else {}

    def value(self, name: str, said: Any) -> Any:
        """The value of a fact. Raises LookupError where what it names is no longer there; `related` stays JSON."""
        match name:
            case "topics":
                return [self.topics[slug] for slug in said]
            case "images":
                return [self.images[url] for url in said]
            case "provider":
                return self.providers[said]
            case "reviewed_by" | "assigned_to":
                return self.people[said] if said else None
            case "duplicate_of":
                return self.articles[said] if said else None
        return datetime.fromisoformat(said) if said and name in DATES else said


def _listed(states: Iterable[Mapping[str, Any]], name: str) -> Iterator[str]:
    return (item for state in states for item in state.get(name, ()))


def _single(states: Iterable[Mapping[str, Any]], *names: str) -> Iterator[Any]:
    return (state[name] for state in states for name in names if state.get(name))
