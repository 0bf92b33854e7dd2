"""Keeps stories in step with decisions: verdicts at once, and what follows from changed texts by a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.tasks import task

from articles.models import Article
from articles.moderation.writer import decided
from articles.stories.forming import form, regroup
from articles.stories.ties import require_one_word

VERDICTS = {"together", "apart"}
# What a story depends on beside: the triggers of migration 0007 note its days.
TOLD = {"title", "excerpt", "published_at", "web_url", "original_url", "provider"}


@receiver(decided, sender=Article)
def follow(changes: Mapping[int, set[str]], **kwargs: Any) -> None:
    if verdicts := {pk for pk, names in changes.items() if names & VERDICTS}:
        require_one_word(verdicts)
        regroup(verdicts)
    if any(names & TOLD for names in changes.values()):
        transaction.on_commit(form_stories.enqueue)


@task
def form_stories() -> None:
    form()
