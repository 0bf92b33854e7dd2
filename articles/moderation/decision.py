"""What a decision consists of, before it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from articles.models import Article, Channel, Reason, Verb
from articles.models.fields import ARTICLE_FIELDS

DECIDE = "articles.moderate_article"
CHANGE = "articles.change_article"
DELETE = "articles.delete_article"

LEAST = {field.name: field.least for field in ARTICLE_FIELDS if field.verb == Verb.SCORE}


@dataclass(frozen=True)
class Why:
    """The reason of a rejection or withdrawal: a preset, and free text beside it."""

    reason: Reason
    note: str = ""


@dataclass(frozen=True)
class Context:
    """Where a decision comes from: the channel, and the batch that it belongs to."""

    channel: Channel = Channel.DESK
    batch: UUID | None = None


AT_DESK = Context()


@dataclass(frozen=True)
class Rule:
    """What a verb makes of an article: `changes` maps the locked row to its new facts, or raises why it cannot be."""

    verb: Verb
    needs: str  # the permission
    changes: Callable[[Article], Mapping[str, Any]]
    why: Why | None = None
    reads_topics: bool = False  # of all the articles, at once
    settles: bool = False  # the article is decided: the person's own claim ends
    undoes: Mapping[int, int] = field(default_factory=dict)  # article → event
