"""Keeps stories in step with decisions: verdicts at once, and what follows from changed texts by a task."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.tasks import task

from articles.stories.forming import form, regroup

VERDICTS = {"together", "apart"}
# What a story depends on beside: the triggers of migration 0007 note its days.
TOLD = {"title", "excerpt", "published_at", "web_url", "original_url", "provider"}


def follow(changes: Mapping[int, set[str]]) -> None:
    """Follows what a decision changed: the names of fields by the key of the article. Part of its transaction."""
    if verdicts := {pk for pk, names in changes.items() if names & VERDICTS}:
        regroup(verdicts)
    if any(names & TOLD for names in changes.values()):
        # Robust: what could not be formed stays noted, and is formed next time.
        transaction.on_commit(form_stories.enqueue, robust=True)


@task
def form_stories() -> None:
    form()
