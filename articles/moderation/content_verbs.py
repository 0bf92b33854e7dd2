"""The verbs that change what an article says and shows: text, topics, dates, links; and its deletion."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from articles import models
from articles.history.snapshot import value_of
from articles.models import Article, Topic
from articles.models.fields import EDITABLE, SOURCE_FIELDS, fields_of
from articles.moderation.access import CHANGE, DELETE
from articles.moderation.keywords import Keywords, topics_with_keywords
from articles.moderation.refusals import Impossible
from articles.moderation.verbs import Changes, Verb, first_time

SCHEDULED = fields_of(models.Verb.SCHEDULE)


@dataclass(frozen=True)
class Schedule(Verb):
    """Set from when (`publish_at`) and until when (`expires_at`) a published article is visible.

    None means no limit; a date that is left out stays.
    """

    name, past, permission = "schedule", "scheduled", CHANGE

    dates: Mapping[str, datetime | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        refuse_others(self.name, self.dates, SCHEDULED)

    def changes(self, row: Article) -> Changes:
        new = {"publish_at": row.publish_at, "expires_at": row.expires_at, **self.dates}
        if not row.published:
            return new
        return new | {"first_published_at": first_time(row, self.now, new["publish_at"], new["expires_at"])}


@dataclass(frozen=True)
class Edit(Verb):
    """Change text, links, type, category, provider, topics or images.

    `topics` and `images` are lists in their order; an image is an `Image`, or an `ArticleImage` with the texts of its
    place. A changed slug leaves a redirect.
    """

    name, past, permission = "edit", "edited", CHANGE

    fields: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        refuse_others(self.name, self.fields, EDITABLE)

    def changes(self, row: Article) -> Changes:
        return self.fields


@dataclass(frozen=True)
class ChangeTopics(Verb):
    """Add topics behind those that an article has, and remove topics."""

    name, logged_as, label, past, permission = "topics", "edit", "Change topics of", "edited", CHANGE
    in_bulk = reads_topics = True

    add: Collection[Topic] = ()
    remove: Collection[Topic] = ()

    def changes(self, row: Article) -> Changes:
        existing = value_of(row, "topics")
        kept = [topic for topic in existing if topic not in self.remove]
        return {"topics": kept + [topic for topic in self.add if topic not in kept]}


@dataclass(frozen=True)
class NameTopics(Verb):
    """Add the topics of which a keyword stands in the title, behind those that an article has; and `also` these."""

    name, logged_as, label, permission = "keywords", "edit", "Add the topics that the title names to", CHANGE
    past, item_key, help = "given the topics that its title names", "a", "add the topics that the title names"
    in_bulk = reads_topics = True

    also: Collection[Topic] = ()

    @cached_property
    def topics(self) -> dict[int, Topic]:
        return topics_with_keywords()

    @cached_property
    def keywords(self) -> Keywords:
        return Keywords.of_topics(self.topics.values())

    def changes(self, row: Article) -> Changes:
        existing = value_of(row, "topics")
        named = [*self.also, *(self.topics[pk] for pk in self.keywords.topics_in(row.title))]
        if not (new := [topic for topic in dict.fromkeys(named) if topic not in existing]):
            raise Impossible(f"“{row}” has all topics that its title names.")
        return {"topics": existing + new}


@dataclass(frozen=True)
class Keep(Verb):
    """Settle conflicts with the document: what the article says of these fields stands. None: of all fields."""

    name, logged_as, label, past, permission = "keep", "edit", "Keep ours", "kept as it is", CHANGE
    item_key = "y"
    in_bulk = settles_conflicts = True

    names: Collection[str] | None = None

    def changes(self, row: Article) -> Changes:
        settled = disputed(row) if self.names is None else self.names
        return {"conflicts": [name for name in row.conflicts if name not in settled]}


@dataclass(frozen=True)
class TakeSource(Verb):
    """Settle conflicts with the document: its values of these fields replace ours. None: of all that it speaks of.

    `values` holds them by the key of the article, as `importing.saving.take_source_values` reads them.
    """

    name, logged_as, label, permission = "take", "edit", "Take the source’s", CHANGE
    past = "set to what its source says"
    item_key = "t"
    in_bulk = reads_topics = settles_conflicts = True

    names: Collection[str] | None = None
    values: Mapping[int, Mapping[str, Any]] | None = None

    def check(self) -> None:
        if self.values is None:
            raise TypeError("take() needs the values of the documents.")

    def changes(self, row: Article) -> Changes:
        wanted = [name for name in disputed(row) if self.names is None or name in self.names]
        if self.values is None:
            return {}
        values = self.values.get(row.pk, {})
        taken = {name: values[name] for name in wanted if name in values}
        if not taken:
            raise Impossible(f"“{row}” has no conflict that its document could settle.")
        return taken | {"conflicts": [name for name in row.conflicts if name not in taken]}


@dataclass(frozen=True)
class Curate(Verb):
    """Set the related links, in this order.

    Each item holds EDITED_LINK_FIELDS (what is left out keeps its value) and `pk` where it is a link that is there.
    A link that is left out is deleted if an editor added it, and hidden if a document did: the next import would bring
    it back. `closed`: whether links that documents add from now on arrive hidden. None leaves either as it is.
    """

    name, past, permission = "curate", "curated", CHANGE

    related: Collection[Mapping[str, Any]] | None = None
    closed: bool | None = None

    def changes(self, row: Article) -> Changes:
        new: dict[str, Any] = {}
        if self.related is not None:
            new["related"] = list(self.related)
        if self.closed is not None:
            new["related_closed"] = self.closed
        return new


@dataclass(frozen=True)
class Pin(Verb):
    """Let a published article lead the front page, or no longer."""

    name, past, permission = "pin", "pinned, or unpinned", CHANGE

    pinned: bool = True

    def changes(self, row: Article) -> Changes:
        if self.pinned and not row.published:
            raise Impossible(f"“{row}” is not published: readers would not see it on the front page.")
        return {"pinned_at": (row.pinned_at or self.now) if self.pinned else None}


class Delete(Verb):
    """Delete the article and leave a tombstone, so that no import brings it back."""

    name, past, permission = "delete", "deleted", DELETE
    in_bulk = settles = deletes = True
    can_be_undone, never_undone = False, "A deleted article does not come back."


def disputed(row: Article) -> list[str]:
    """Returns the fields of which article and document disagree. What the source takes back is published or withdrawn.

    Raises Impossible if there are none.
    """
    if names := [name for name in row.conflicts if name in SOURCE_FIELDS]:
        return names
    raise Impossible(f"“{row}” has no conflict with its source.")


def refuse_others(verb: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Raises TypeError if a verb was given a field that it does not change."""
    if unknown := set(given) - set(known):
        raise TypeError(f"{verb}() does not change {', '.join(sorted(unknown))}")
