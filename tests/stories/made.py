"""Reports that are made up, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from articles.stories.grouping import groups
from articles.stories.likeness import Likeness, likenesses
from articles.stories.reports import Report

MONDAY = datetime(2024, 1, 1, 9, tzinfo=UTC)


def make_report(key: int, title: str = "", excerpt: str = "", *, hours: float | None = 0, **fields: str) -> Report:
    """A report of a provider of its own, so many hours after a Monday morning; None: without a date."""
    name = fields.get("name", f"https://site{key}.example/{key}")
    host, page = fields.get("host", f"site{key}.example"), fields.get("page", name.removeprefix("https://"))
    return Report(key, name, title, excerpt, host, page, None if hours is None else MONDAY + timedelta(hours=hours))


def stories(reports: Iterable[Report], **verdicts: Iterable[tuple[int, int]]) -> list[tuple[int, ...]]:
    """The groups of more than one."""
    reports = list(reports)
    found = groups(reports, likenesses(reports), **verdicts).groups
    return [group for group in found if len(group) > 1]


def alike(*pairs: tuple[int, int, float]) -> list[Likeness]:
    return [Likeness(a, b, score, ()) for a, b, score in pairs]
