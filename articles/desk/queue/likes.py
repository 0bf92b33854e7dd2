"""What the desk shows of the articles that are like one, and of its story: beside the open article, and on its page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from articles.models import Article, State
from articles.stories.like import Like, have_already


class Likes:
    """The articles that are most like one; `first_digit` chooses the first of them by the keyboard."""

    def __init__(self, article: Article, key_words: str | None, first_digit: int = 1):
        self.article, self.first_digit = article, first_digit
        self.all = have_already(article, key_words or "")

    def __bool__(self) -> bool:
        return bool(self.all)

    @property
    def numbered(self) -> Iterator[tuple[int, Like]]:
        return enumerate(self.all, start=self.first_digit)

    @cached_property
    def story(self) -> list[Like]:
        """The other articles of its story."""
        return [like for like in self.all if like.is_in_story]

    @property
    def reports(self) -> int:
        return len(self.story) + 1

    @cached_property
    def first_other(self) -> Like | None:
        """The first one that is not of its story: the key that makes both one is about this one, if none is chosen."""
        return next((like for like in self.all if not like.is_in_story), None)

    @cached_property
    def published(self) -> Like | None:
        """The other article of its story that is published, by which this one can be covered."""
        return next((like for like in self.story if like.article.published), None)

    @cached_property
    def copies(self) -> list[Like]:
        """The others of its story that wait: they are covered together."""
        return [like for like in self.story if like.waits and like is not self.published]

    @property
    def copies_as_text(self) -> str:
        """The copies with their versions, as a form sends them."""
        return " ".join(f"{like.article.pk}:{like.article.version}" for like in self.copies)

    @property
    def covering(self) -> str:
        """What the one key does that clears the story: the label of its button; '' if there is nothing to cover."""
        waits, number = self.article.state in (State.PENDING, State.LIVE), len(self.copies)
        if self.published and waits:
            return f"Cover {f'these {number + 1}' if number else 'this'} with {self.published.article.provider}"
        if not number or not (waits or self.article.state == State.PUBLISHED):
            return ""
        return f"{'Publish this, cover' if waits else 'Cover'} the other{f' {number}' if number > 1 else ''}"

    @property
    def covers_this(self) -> bool:
        """Whether the published one of the story covers the article itself."""
        return self.published is not None and self.article.state in (State.PENDING, State.LIVE)
