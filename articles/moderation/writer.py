"""The one door through which people's decisions reach the database, for one article or for a thousand.

A rule says what a verb makes of a row. The door locks the rows, compares the versions, asks the rule, checks, writes
the rows with their next version, and appends their events: in one transaction, in a number of queries that does not
grow with the rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, models, transaction
from django.db.models import Case, F, Prefetch, Q, Value, When, prefetch_related_objects
from django.db.models.functions import Cast
from django.utils import timezone

from articles import editions, links
from articles.history.snapshot import as_json, value_of
from articles.models import Article, ArticleImage, ArticleOldSlug, ArticleTopic, Event
from articles.models.keys import key_of
from articles.moderation.checks import _check
from articles.moderation.decision import Context, Rule
from articles.moderation.refusals import Claimed, Impossible, NotAllowed, Refused, Stale, VersionMissing
from articles.moderation.related import links_from, retarget, save_links
from articles.priority import priority_of
from articles.ranking import rank

PEOPLE = ("reviewed_by", "assigned_to", "claimed_by")
TOPICS = Prefetch("topic_links", ArticleTopic.objects.select_related("topic"))
LISTS = ("topics", "images", "related")
# A change of these reaches into other rows and tables: it is written by itself.
FAR_REACHING = {"slug", "web_url", "original_url", "related"}
# What only colleagues see: changing it makes no new edition.
UNSEEN = {"notes", "flag", "assigned_to", "conflicts", "duplicate_of"}


@dataclass(slots=True)
class Step:
    """One article on its way through the door."""

    row: Article  # as it is to be
    seen: int  # the version
    old: dict[str, Any]
    new: dict[str, Any]
    columns: list[str]  # those that differ
    earlier: tuple[str, str]  # slug and canonical URL


def write(article: Article, rule: Rule, *, by: User, version: int | None, at: Context) -> Event | None:
    """Carry a rule out on one article; None if nothing differs. Raises the refusal."""
    events, refused = write_all({article.pk: version}, rule, by=by, at=at)
    for refusal in refused.values():
        raise refusal
    if not events:
        return None
    article.refresh_from_db()
    return events[0]


def decide(article: Article, rule: Rule, *, by: User, version: int | None, at: Context) -> Event:
    """The same, where nothing to change is a refusal too."""
    event = write(article, rule, by=by, version=version, at=at)
    if event is None:
        raise Impossible(f"“{article}” is like that already.")
    return event


def write_all(
    seen: Mapping[int, int | None], rule: Rule, *, by: User, at: Context
) -> tuple[list[Event], dict[int, Refused]]:
    """Carry a rule out on articles (primary key → version that the person saw), each on its own.

    What is refused stays as it is and stops no other. An article that is as the rule wants it is in neither answer.
    """
    permit(by, rule.needs)
    steps, refused = [], {}
    with transaction.atomic():
        rows = locked(seen)
        if rule.reads_topics:
            prefetch_related_objects(list(rows.values()), TOPICS)
        for pk, version in seen.items():
            try:
                if step := _step(rows.get(pk), version, rule, by):
                    steps.append(step)
            except Refused as refusal:
                refused[pk] = refusal
        near = [step for step in steps if not FAR_REACHING & set(step.new)]
        events = _store(near, rule, by=by, at=at)
        for step in steps:
            if FAR_REACHING & set(step.new):
                try:
                    with transaction.atomic():
                        events += _store([step], rule, by=by, at=at)
                except Refused as refusal:
                    refused[step.row.pk] = refusal
    return events, refused


def refusal_of(row: Article, rule: Rule, *, by: User) -> str:
    """Why the rule would not change this row, as it is now; '' if it would. For previews: nothing is written."""
    try:
        return "" if _step(copy(row), row.version, rule, by) else f"“{row}” is like that already."
    except Refused as refusal:
        return str(refusal)


def permit(by: User, permission: str) -> None:
    if not by.has_perm(permission):
        raise NotAllowed("Your role does not allow this.")


def locked(pks: Iterable[int]) -> dict[int, Article]:
    """The rows as they are now, locked where the database locks rows; SQLite's transactions have no other writer."""
    rows = Article.objects.select_for_update(of=("self",)).select_related("provider", *PEOPLE).without_payload()
    # In one order: two batches that meet do not wait for each other.
    return {row.pk: row for row in rows.filter(pk__in=list(pks)).order_by("pk")}


def require_as_seen(row: Article | None, version: int | None, by: User) -> Article:
    """Refuse unless it is the version that was seen, and no colleague is working on it."""
    if version is None:
        raise VersionMissing()
    if row is None or row.version != version:
        raise Stale(row, version)
    require_free(row, by)
    return row


def require_free(row: Article, by: User) -> None:
    """Reading is always allowed; nobody decides on what a colleague has open, until that claim ends."""
    if row.claimed_by and row.claimed_until and row.claimed_by != by and row.claimed_until > timezone.now():
        raise Claimed(row.claimed_by, row.claimed_until)


def _step(row: Article | None, version: int | None, rule: Rule, by: User) -> Step | None:
    row = require_as_seen(row, version, by)
    new = dict(rule.changes(row))
    says_what_is_settled = "conflicts" in new
    old = {name: value_of(row, name) for name in new}
    if "related" in new:
        new["related"] = links_from(row, new["related"])
    new = {name: value for name, value in new.items() if as_json(value) != as_json(old[name])}
    if not new:
        return None
    # Where the document and a person disagreed, a person has now settled it.
    if not says_what_is_settled and set(new) & set(row.conflicts):
        old["conflicts"], new["conflicts"] = row.conflicts, [name for name in row.conflicts if name not in new]
    step = Step(row, row.version, old, new, [n for n in new if n not in LISTS], (row.slug, row.canonical_url))
    for name in step.columns:
        setattr(row, name, new[name])
    _check(row, new)
    url = links.canonical(row.url)
    derived = {
        "canonical_url": url,
        "canonical_key": key_of(url),
        "rank": rank(row.heat, row.published_at),
        "priority": priority_of(row),
    }
    if rule.settles and row.claimed_by_id == by.pk:
        derived |= {"claimed_by": None, "claimed_until": None}
    for name, value in derived.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            step.columns.append(name)
    row.version += 1
    return step


# Writing


def _store(steps: Sequence[Step], rule: Rule, *, by: User, at: Context) -> list[Event]:
    if not steps:
        return []
    _update(steps)
    _replace(steps, "topics", ArticleTopic, lambda row, topic, n: ArticleTopic(article=row, topic=topic, position=n))
    _replace(steps, "images", ArticleImage, lambda row, image, n: ArticleImage(article=row, image=image, position=n))
    for step in steps:
        if FAR_REACHING & set(step.new):
            _reach_far(step)
    if any(_was_seen(step) and set(step.new) - UNSEEN for step in steps):
        editions.new_on_commit()
    return Event.objects.bulk_create([_event(step, rule, by=by, at=at) for step in steps])


def _was_seen(step: Step) -> bool:
    """Whether readers saw the article, or do so now; an undone publication is one that never was."""
    return bool(step.row.first_published_at or step.old.get("first_published_at"))


def _update(steps: Sequence[Step]) -> None:
    """Write the columns that differ, in one UPDATE."""
    given: dict[str, dict[int, Any]] = {}
    for step in steps:
        for name in step.columns:
            given.setdefault(name, {})[step.row.pk] = getattr(step.row, _column(name).attname)
    values = {name: _one_or_each(name, each, len(steps)) for name, each in given.items()}
    versions: dict[int, list[int]] = {}
    for step in steps:
        versions.setdefault(step.seen, []).append(step.row.pk)
    # SQLite has no row locks: the condition on the version is what stops the second of two writers.
    seen = reduce(or_, (Q(pk__in=pks, version=version) for version, pks in versions.items()))
    written = Article.objects.filter(seen).update(**values, version=F("version") + 1, changed_at=timezone.now())
    if written != len(steps):
        raise Stale(Article.objects.filter(pk=steps[0].row.pk).first(), steps[0].seen)


def _one_or_each(name: str, values: Mapping[int, Any], rows: int) -> Any:
    """The value of all the rows, or a CASE that gives each its own and leaves the others theirs."""
    column = _column(name)
    groups: dict[str, tuple[Any, list[int]]] = {}
    for pk, value in values.items():
        groups.setdefault(json.dumps(as_json(value)), (value, []))[1].append(pk)
    if len(groups) == 1 and len(values) == rows:
        return next(iter(values.values()))
    whens = [When(pk__in=pks, then=Value(value, output_field=column)) for value, pks in groups.values()]
    case: models.Expression = Case(*whens, default=F(name), output_field=column)
    return Cast(case, column) if connection.features.requires_casted_case_in_updates else case


def _column(name: str) -> models.Field[Any, Any]:
    return next(field for field in Article._meta.concrete_fields if field.name == name)


def _replace(
    steps: Sequence[Step],
    name: str,
    model: type[models.Model],
    link: Callable[[Article, Any, int], models.Model],
) -> None:
    changed = [step for step in steps if name in step.new]
    if not changed:
        return
    rows = model._default_manager
    rows.filter(article__in=[step.row.pk for step in changed]).delete()
    rows.bulk_create(link(step.row, thing, n) for step in changed for n, thing in enumerate(step.new[name]))


def _reach_far(step: Step) -> None:
    row, (old_slug, old_url) = step.row, step.earlier
    if row.slug != old_slug:
        ArticleOldSlug.objects.filter(slug=row.slug, article=row).delete()
        ArticleOldSlug.objects.create(slug=old_slug, article=row)
    if "related" in step.new:
        save_links(row, step.new["related"])
    if row.canonical_url != old_url:
        retarget(row)


def _event(step: Step, rule: Rule, *, by: User, at: Context) -> Event:
    before, after = ({name: as_json(values[name]) for name in step.new} for values in (step.old, step.new))
    return Event(
        article=step.row,
        title=step.row.title,
        by=by,
        channel=at.channel,
        batch=at.batch,
        verb=rule.verb,
        before=before,
        after=after,
        version=step.row.version,
        reason=rule.why.reason if rule.why else None,
        note=rule.why.note if rule.why else "",
        undoes_id=rule.undoes.get(step.row.pk),
    )
