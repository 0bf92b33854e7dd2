"""The topics that a title names: those of whose keywords one stands in it, as whole words, in any case.

A topic is named by its keywords only: its own name would add as many wrong topics as right ones on real documents
(`tests/rules/test_keywords.py` prints how many).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from articles.models import Topic

_IN_WORD = re.compile(r"\w")


@dataclass(frozen=True)
class Keywords:
    """Which topics, by primary key, each keyword stands for. The topics of one title cost one look at it."""

    topics: dict[str, tuple[int, ...]]  # by keyword
    pattern: re.Pattern[str] | None = field(repr=False, default=None)

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, Iterable[str]]]) -> Keywords:
        """Takes primary key and keywords of topics, in the order in which topics are to be suggested."""
        topics: dict[str, tuple[int, ...]] = {}
        for pk, words in pairs:
            for word in dict.fromkeys(folded(word) for word in words if isinstance(word, str)):
                if word:
                    topics[word] = (*topics.get(word, ()), pk)
        # Found at every place, so that “data” is found within “data box”: a look ahead takes nothing away.
        alternatives = "|".join(map(re.escape, sorted(topics, key=len, reverse=True)))
        return cls(topics, re.compile(rf"(?<!\w)(?=({alternatives})(?!\w))") if topics else None)

    @classmethod
    def of_topics(cls, topics: Iterable[Topic]) -> Keywords:
        return cls.of((topic.pk, topic.keywords) for topic in topics)

    @classmethod
    def now(cls) -> Keywords:
        """Those of all topics, in one query."""
        return cls.of(Topic.objects.exclude(keywords=[]).order_by("folded").values_list("pk", "keywords"))

    def topics_in(self, title: str) -> list[int]:
        """Returns the topics that the title names, in the order of their names in it."""
        if self.pattern is None:
            return []
        found: dict[int, None] = {}
        for place in self.pattern.finditer(folded(title)):
            for word in self._beginning(place.group(1)):
                found |= dict.fromkeys(self.topics[word])
        return list(found)

    def _beginning(self, longest: str) -> Iterator[str]:
        """Yields the longest keyword at a place, and the others with which it begins as whole words."""
        yield longest
        for end in range(len(longest) - 1, 0, -1):
            if longest[:end] in self.topics and not _IN_WORD.match(longest, end):
                yield longest[:end]


def topics_with_keywords() -> dict[int, Topic]:
    """Returns the topics that a title may name, by primary key, in one query."""
    rows = Topic.objects.exclude(keywords=[]).order_by("folded").only("name", "slug", "keywords")
    return {topic.pk: topic for topic in rows}


def folded(text: str) -> str:
    """Returns the text as words are compared: without case, with single blanks."""
    return " ".join(text.casefold().split())
