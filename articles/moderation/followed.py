"""What follows from a decision beside the article itself: its story."""

from __future__ import annotations

from collections.abc import Mapping

from articles.moderation.refusals import Impossible
from articles.stories.following import VERDICTS, follow
from articles.stories.ties import contradiction


def follow_decision(changes: Mapping[int, set[str]]) -> None:
    """Forms the stories anew that a decision is about: names of changed fields by the key of the article.

    Part of its transaction. Raises Impossible if what people said of stories does not agree any more.
    """
    verdicts = [pk for pk, names in changes.items() if names & VERDICTS]
    if verdicts and (problem := contradiction(verdicts)):
        raise Impossible(problem)
    follow(changes)
