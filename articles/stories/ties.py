"""What people tied together, however many removes lie between, and whether what they said agrees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from articles.models import Article, StoryMember


class Said(NamedTuple):
    """What people said of an article: with which it tells one story, and with which it does not."""

    title: str
    together: frozenset[int]
    apart: frozenset[int]


def tied_to(pk: int) -> set[int]:
    """Returns the articles that people tied to this one."""
    return _tied(pk, _said_near([pk])) - {pk}


def contradiction(pks: Iterable[int]) -> str:
    """Returns which two articles are said to be two stories and tied to each other, maybe through others; '' if none.

    Verdicts see to that themselves; taking an earlier one back may bring it about.
    """
    said = _said_near(pks)
    for pk, (title, _, apart) in said.items():
        if apart and (clash := _tied(pk, said) & apart):
            return f"“{title}” and “{said[min(clash)].title}” would be one story and two: split or group them first."
    return ""


def _tied(pk: int, said: dict[int, Said]) -> set[int]:
    found: set[int] = set()
    new = {pk}
    while new:
        found |= new
        # A tie may stand at one of the two only: the other's part of it was undone.
        new = {key for key in said if said[key].together & new or any(key in said[one].together for one in new)} - found
    return found


def _said_near(pks: Iterable[int]) -> dict[int, Said]:
    """Returns what was said of these articles, and of all that ties or stories connect them with."""
    said: dict[int, Said] = {}
    new = set(pks)
    while new:
        rows = Article.objects.filter(pk__in=new).values_list("pk", "title", "together", "apart")
        found = {pk: Said(title, frozenset(together), frozenset(apart)) for pk, title, together, apart in rows}
        said |= found
        stories = StoryMember.objects.filter(article__in=new).values("story")
        near = set(StoryMember.objects.filter(story__in=stories).values_list("article", flat=True))
        new = near.union(*(one.together for one in found.values())) - said.keys() - new
    return said
