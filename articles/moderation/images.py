"""The places of images in an article, as an editor wants them."""

from __future__ import annotations

from collections.abc import Iterable

from articles import texts
from articles.history.images import IMAGE_TEXTS
from articles.history.snapshot import value_of
from articles.models import Article, ArticleImage, Image


def places_from(row: Article, items: Iterable[Image | ArticleImage]) -> list[ArticleImage]:
    """Returns the items as unsaved places in their order.

    An `Image` keeps the texts that the article has for it; an `ArticleImage` brings its own.
    """
    current = {place.image_id: place for place in value_of(row, "images")}
    return [
        _place(
            row, position, item if isinstance(item, ArticleImage) else current.get(item.pk, ArticleImage(image=item))
        )
        for position, item in enumerate(items)
    ]


def _place(row: Article, position: int, like: ArticleImage) -> ArticleImage:
    said = {name: getattr(like, name) for name in IMAGE_TEXTS}
    return ArticleImage(article=row, image=like.image, position=position, **said)


def problems_with(places: Iterable[ArticleImage]) -> list[str]:
    """Returns what a form would say against these places."""
    places = list(places)
    twice = len({place.image_id for place in places}) < len(places)
    problems = [
        problem for place in places for name in IMAGE_TEXTS if (problem := texts.problem_with(getattr(place, name)))
    ]
    return ["One of them is there twice."] * twice + [f"A text of a picture {problem}." for problem in problems]
