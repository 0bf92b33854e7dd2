"""Asks the rules what becomes of the arrivals of a batch, and writes down what they did."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from articles.documents.messages import Message
from articles.documents.records import ArticleRecord
from articles.importing.saving.events import ImportEvent, insert_events
from articles.importing.saving.matching import record_in
from articles.importing.saving.rows import insert_rows
from articles.importing.sources.items import ImportItem
from articles.models import ShadowRuling
from articles.priority import DAY
from articles.rules.actions import Reject
from articles.rules.arrivals import Arrival, Ruled, RuleStep, rule_on
from articles.rules.conditions import Facts
from articles.rules.in_force import RulesInForce

RULED_COLUMNS = ("reviewed_at", "ruled_by", "second_look", "flag", "assigned_to")


def ruled_values(ruled: Ruled | None) -> list[Any]:
    """Returns the values of RULED_COLUMNS."""
    if ruled is None:
        return [None, None, False, "", None]
    return [ruled.reviewed_at, ruled.ruled_by, ruled.second_look, ruled.flag, ruled.assigned_to]


def arrival_of(
    item: ImportItem, rules: RulesInForce, *, trust: int, topics: Sequence[int], duplicate: bool, published: bool,
    now: datetime,
) -> Arrival:  # fmt: skip
    """Returns what the rules are asked about; the record of the item has its date."""
    record, names = record_in(item), rules.names
    domain = record.provider.domain
    facts = Facts(
        provider=names.merged.get(domain, domain),
        trust=trust,
        topics=frozenset(names.slugs[topic] for topic in topics),
        category=record.category,
        type=record.type,
        title=record.title,
        excerpt=record.excerpt,
        quality=record.quality,
        heat=record.heat,
        days=days_before(record, now),
        has_duplicate=duplicate,
    )
    return Arrival(item.path, facts, published, record.removed, tuple(topics))


def days_before(record: ArticleRecord, now: datetime) -> float:
    """Returns how many days before this moment the original was published; 0 for one without a date."""
    return max((now - (record.published_at or now)).total_seconds() / DAY, 0)


def rule_and_tell(item: ImportItem, arrival: Arrival, rules: RulesInForce, now: datetime) -> Ruled:
    """Asks the rules; the report of the item then says what they did. It is not written yet."""
    ruled = rule_on(arrival, rules, now)
    if ruled.steps:
        item.changes |= ruled.changes
        item.is_logged = True
        item.version = ruled.version
        item.messages += [_told(step) for step in ruled.steps]
    return ruled


def write_rulings(rulings: Iterable[tuple[ImportItem, Ruled]], run: int | None, now: datetime) -> None:
    """Appends the events of the rules, in the name of nobody, and records what those in the shadow would have done."""
    events, shadows = [], []
    for item, ruled in rulings:
        if item.article is None:
            raise AssertionError(f"{item.path} has no article")
        for version, step in enumerate(ruled.steps, start=2):
            events.append(_event(item.article, record_in(item).title, step, version))
        shadows += [[rule, item.article, now] for rule in ruled.shadows]
    insert_events(events, run, now)
    insert_rows(ShadowRuling, ("rule", "article", "at"), shadows)


def _event(article: int, title: str, step: RuleStep, version: int) -> ImportEvent:
    rule, is_reject = step.rule, isinstance(step.rule.action, Reject)
    return ImportEvent(
        article=article,
        title=title,
        verb=step.verb,
        before=step.before,
        after=step.after,
        version=version,
        rule=rule.version.pk,
        batch=rule.batch,
        reason=rule.reason.pk if rule.reason and is_reject else None,
        note=rule.action.note if isinstance(rule.action, Reject) else "",
    )


def _told(step: RuleStep) -> Message:
    return Message("note", f"the rule “{step.rule.version.name}”: {step.verb.value}")
