""" "Do we have this already?": the few articles of ours that are most like one, and why each is thought to be.

Those near in time are known from forming stories; earlier ones are found by the words that say most of the article.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from typing import Any, NamedTuple

from django.db.models import CharField, F, FloatField, JSONField, QuerySet, Value

from articles.models import Article, Likeness, State, StoryMember
from articles.models.titles import Word, matching
from articles.relevance import CUT, Text, relevances

MOST = 5  # but for those of its story, of which all are shown
MOST_OF_A_STORY = 50
# An earlier title must have so many of the key words.
SHARED_WORDS = 2
MOST_EARLIER = 50  # titles that are compared


class Why(StrEnum):
    """Why an article is thought to be like another one, the strongest reason first."""

    MARKED = "marked as a duplicate"
    SAME_LINK = "same link"
    GROUPED = "grouped by a person"
    SIMILAR = "similar"
    STORY = "same story"
    EARLIER = "earlier"
    LATER = "later"


class Other(NamedTuple):
    """What the desk shows of an article that is like the open one."""

    pk: int
    version: int
    title: str
    excerpt: str
    state: str
    published: bool
    published_at: datetime
    provider: str
    domain: str
    twin_key: int
    duplicate_of: int | None
    together: list[int]
    apart: list[int]

    def get_state_display(self) -> str:
        return str(State(self.state).label).lower()


COLUMNS = (
    "pk", "version", "title", "excerpt", "state", "published", "published_at", "provider__name", "provider__domain",
    "twin_key", "duplicate_of", "together", "apart",
)  # fmt: skip


@dataclass
class Like:
    """An article of ours that is like another one; `words` are shared by both, the weightiest first."""

    article: Other
    why: Why = Why.STORY
    words: list[str] = field(default_factory=list)
    score: float = 0
    is_in_story: bool = False
    is_apart: bool = False  # as a person said

    @property
    def waits(self) -> bool:
        """Whether it can be covered by a published article of its story."""
        return self.article.state in ("pending", "live")

    @property
    def in_words(self) -> str:
        shares = f", shares: {', '.join(self.words)}" if self.words else ""
        return f"{self.why.capitalize()}{shares}{'; never one story' if self.is_apart else ''}"

    @property
    def place(self) -> tuple[bool, list[Why], float, int]:
        by_person = [why for why in (Why.MARKED, Why.SAME_LINK) if why is not self.why]
        return not self.is_in_story, by_person, -self.score, self.article.pk


def have_already(article: Article, key_words: str) -> list[Like]:
    """Returns what is most like this article: all of its story, then others, MOST in all at least. One query.

    `key_words` are those of the model KeyWords, or ''.
    """
    found: dict[int, Like] = {}
    further: dict[int, Other] = {}
    for kind, score, shared, *values in _rows(article, key_words.split()):
        other = Other(*values)
        if kind == "further":
            further[other.pk] = other
            continue
        like = found.setdefault(other.pk, Like(other))
        like.is_in_story |= kind == "story"
        like.score, like.words = max(like.score, score), shared or like.words
        like.why = min(like.why, _why(article, other, kind), key=list(Why).index)
    likes = sorted([*found.values(), *_further(article, further, found)], key=lambda like: like.place)
    for like in likes:
        like.is_apart = like.article.pk in article.apart or article.pk in like.article.apart
    return likes[: max(MOST, sum(like.is_in_story for like in likes))]


def _further(article: Article, others: Mapping[int, Other], known: Collection[int]) -> Iterator[Like]:
    """Yields what is relevant of the articles that are not near in time, as related links are rated."""
    new = [other for key, other in others.items() if key not in known]
    texts = [Text(other.title, other.excerpt, None) for other in new]
    rated = relevances(Text(article.title, article.excerpt, None), texts, near=False)
    for other, (score, shared) in zip(new, rated, strict=True):
        if score >= CUT:
            why = Why.LATER if other.published_at > article.published_at else Why.EARLIER
            # Below all that is near in time.
            yield Like(other, why, list(shared), score - 1)


def _why(article: Article, other: Other, kind: str) -> Why:
    if other.duplicate_of == article.pk or article.duplicate_of_id == other.pk:
        return Why.MARKED
    if other.twin_key == article.twin_key:
        return Why.SAME_LINK
    if other.pk in article.together or article.pk in other.together:
        return Why.GROUPED
    return Why.STORY if kind == "story" else Why.SIMILAR


def _rows(article: Article, words: list[str]) -> QuerySet[Any]:
    """The articles, each as often as there is something that both have to do with each other."""

    def some(kind: str, rows: QuerySet[Any], most: int, to: str = "", **columns: Any) -> QuerySet[Any]:
        said = {"likeness": Value(0.0, FloatField()), "shares": Value([], JSONField())} | columns
        said = {"kind": Value(kind, CharField())} | said
        shown = {f"of_{name}": F(f"{to}{name}") for name in COLUMNS}
        # Django limits no part of a union on SQLite.
        few = rows.model._default_manager.order_by().filter(pk__in=rows.values("pk")[:most])
        return few.annotate(**said, **shown).values_list(*said, *shown)

    def parts() -> Iterator[QuerySet[Any]]:
        said = {"likeness": F("score"), "shares": F("words")}
        pairs = Likeness.objects.order_by("-score", "pk")
        yield some("like", pairs.filter(one=article.pk), MOST, "other__", **said)
        yield some("like", pairs.filter(other=article.pk), MOST, "one__", **said)
        members = StoryMember.objects.filter(story__members=article.pk).exclude(pk=article.pk)
        yield some("story", members.order_by("pk"), MOST_OF_A_STORY, "article__")
        others = Article.objects.exclude(pk=article.pk).order_by("pk")
        yield some("twin", others.filter(twin_key=article.twin_key), MOST)
        yield some("twin", others.filter(duplicate_of=article.pk), MOST)
        if article.duplicate_of_id:
            yield some("twin", others.filter(pk=article.duplicate_of_id), MOST)
        if len(words) >= SHARED_WORDS:
            # A plural beside the word: all words that begin so would take a hundred times as long.
            groups = [{Word(word), Word(f"{word}s")} for word in words]
            ways = [list(pair) for pair in combinations(groups, SHARED_WORDS)]
            yield some("further", matching(others, ways, MOST_EARLIER), MOST_EARLIER)

    first, *rest = parts()
    return first.union(*rest, all=True)
