"""Saves rules: by the writer of what people keep, with a version of what the rule says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from articles.models import KeptEvent, Rule, RuleVersion
from articles.vocabulary import writer

SAID = ("name", "conditions", "action")  # a change of the rest makes no version: the rule says the same


def create_rule(rule: Rule, *, by: User) -> Rule:
    """Inserts a rule behind the others, with its first version."""
    with transaction.atomic():
        rule.position = (Rule.objects.aggregate(last=Max("position"))["last"] or 0) + 1
        rule.changed_by = by
        writer.create(rule, by=by)
        _keep_version(rule, by)
    return rule


def change_rule(rule: Rule, new: Mapping[str, Any], *, by: User, version: int | None) -> KeptEvent | None:
    """Changes a rule; returns None if nothing differs. Raises VersionMissing or StaleRow."""
    with transaction.atomic():
        event = writer.change(rule, {**new, "changed_by": by}, by=by, version=version)
        if event and {*SAID} & {*event.after}:
            _keep_version(rule, by)
    return event


def undo_change(event: KeptEvent, *, by: User) -> KeptEvent | None:
    """Gives a rule back what a change took from it. Raises Impossible if it has been changed since."""
    with transaction.atomic():
        undone = writer.undo(event, by=by)
        if undone and {*SAID} & {*undone.after}:
            _keep_version(Rule.objects.get(pk=undone.row), by)
    return undone


def move_rule(rule: Rule, by_places: int, *, by: User, version: int | None) -> None:
    """Moves a rule up (negative) or down in the order in which rules are asked."""
    with transaction.atomic():
        rows = list(Rule.objects.select_for_update())
        at = next((index for index, row in enumerate(rows) if row.pk == rule.pk), 0)
        to = min(max(at + by_places, 0), len(rows) - 1)
        rows.insert(to, rows.pop(at))
        for position, each in enumerate(rows, start=1):
            if each.pk == rule.pk:
                writer.change(rule, {"position": position}, by=by, version=version)
            elif each.position != position:
                writer.change(each, {"position": position}, by=by, version=each.version)


def _keep_version(rule: Rule, by: User) -> None:
    said = {name: getattr(rule, name) for name in SAID}
    RuleVersion.objects.create(rule=rule, number=rule.version, by=by, **said)
