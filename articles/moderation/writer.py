"""Writes people's decisions to the database, on one article or on a thousand; nothing else does.

It locks the rows, compares the versions, asks the verb for the changes, checks them, writes the rows with their next
version, and appends their events: in one transaction, in a number of queries that does not grow with the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Prefetch, Q, prefetch_related_objects
from django.utils import timezone

from articles import editions, links
from articles.history.seen import is_seen
from articles.history.snapshot import logged_change, logged_value, snapshot, value_of
from articles.models import Article, ArticleOldSlug, ArticleTopic, Clearing, Event, RelatedLink, Tombstone
from articles.models.fields import LIST_FIELDS
from articles.models.keys import key_of
from articles.models.ranking import rank
from articles.moderation.access import permit, require_free
from articles.moderation.checks import check_values
from articles.moderation.columns import column_of, value_for_all
from articles.moderation.decision import AT_DESK, Context
from articles.moderation.followed import follow_decision
from articles.moderation.images import places_from
from articles.moderation.lists import replace_lists
from articles.moderation.refusals import Refused, Stale, VersionMissing
from articles.moderation.related import links_from, rate_links, retarget, save_links
from articles.moderation.verbs import Verb
from articles.priority import priority_of

PEOPLE = ("reviewed_by", "assigned_to", "claimed_by")
TOPICS = Prefetch("topic_links", ArticleTopic.objects.select_related("topic"))
# A change of these fields changes other rows too: it is written in a transaction of its own.
FAR_REACHING = {"slug", "web_url", "original_url", "related"}
# The relevance of related links follows from these.
RATING = {"title", "excerpt", "published_at", "related"}
# What a person decides is no longer decided by a rule.
NO_RULE: dict[str, Any] = {"ruled_by": None, "second_look": False}
# Only colleagues see these fields: a change makes no new edition.
UNSEEN = {"notes", "flag", "assigned_to", "conflicts", "duplicate_of", "together", "apart", "second_look"}


@dataclass(slots=True)
class Step:
    """What a verb changes on one article, before it is written."""

    row: Article  # as it is to be
    seen_version: int
    old: dict[str, Any]
    new: dict[str, Any]
    columns: list[str]  # those that differ
    earlier: tuple[str, str]  # slug and canonical URL


def decide(article: Article, verb: Verb, *, by: User, version: int | None, at: Context = AT_DESK) -> Event | None:
    """Carries a verb out on the version of one article that the person saw; returns None if nothing differs.

    Raises the refusal. Afterwards `article` is as the database has it.
    """
    event = write_one(article.pk, verb, by=by, version=version, at=at)
    if event and not verb.deletes:
        article.refresh_from_db()
    return event


def write_one(pk: int, verb: Verb, *, by: User, version: int | None, at: Context = AT_DESK) -> Event | None:
    """Does the same; the article of the event is the row as it was written, but for what the database derives."""
    events, refused = write_all({pk: version}, verb, by=by, at=at)
    for refusal in refused.values():
        raise refusal
    return events[0] if events else None


def write_all(
    seen_versions: Mapping[int, int | None], verb: Verb, *, by: User, at: Context
) -> tuple[list[Event], dict[int, Refused]]:
    """Carries a verb out on articles (primary key → version that the person saw), each on its own.

    A refusal stops no other article. An article that is already as the verb wants it is in neither result.
    """
    permit(by, verb.permission)
    verb.check()
    steps, refused = [], {}
    with transaction.atomic():
        rows = locked(seen_versions, whole=verb.deletes)
        if verb.reads_topics or verb.deletes:
            prefetch_related_objects(list(rows.values()), TOPICS)
        for pk, version in seen_versions.items():
            try:
                if step := _step(rows.get(pk), version, verb, by):
                    steps.append(step)
            except Refused as refusal:
                refused[pk] = refusal
        near = [step for step in steps if not FAR_REACHING & set(step.new)]
        events = _store(near, verb, by=by, at=at)
        for step in steps:
            if FAR_REACHING & set(step.new):
                try:
                    with transaction.atomic():
                        events += _store([step], verb, by=by, at=at)
                except Refused as refusal:
                    refused[step.row.pk] = refusal
    return events, refused


def refusal_of(row: Article, verb: Verb, *, by: User) -> str:
    """Returns why the verb would not change this row, as it is now; '' if it would. Writes nothing.

    Beside what `verb.refusal` says, the new values are checked: for previews of a whole decision.
    """
    try:
        return "" if _step(copy(row), row.version, verb, by) else f"“{row}” is like that already."
    except Refused as refusal:
        return str(refusal)


def locked(pks: Iterable[int], *, whole: bool = False) -> dict[int, Article]:
    """Returns the rows as they are now, locked where the database locks rows.

    On SQLite a transaction has no other writer. `whole`: with the columns that a decision does not need.
    """
    rows = Article.objects.select_for_update(of=("self",)).select_related("provider", *PEOPLE).with_queue_order()
    # In one order, so that two batches do not wait for each other.
    rows = rows.filter(pk__in=list(pks)).order_by("pk")
    return {row.pk: row for row in (rows if whole else rows.without_payload())}


def require_as_seen(row: Article | None, version: int | None, by: User) -> Article:
    """Returns the row if it is the version that was seen, and no colleague is working on it; else raise why."""
    if version is None:
        raise VersionMissing()
    if row is None or row.version != version:
        raise Stale(row, version)
    require_free(row, by)
    return row


def _step(row: Article | None, version: int | None, verb: Verb, by: User) -> Step | None:
    row = require_as_seen(row, version, by)
    if verb.deletes:
        return Step(row, row.version, {}, {}, [], (row.slug, row.canonical_url))
    new = _with_reviewer(dict(verb.changes(row)), verb, by)
    says_what_is_settled = "conflicts" in new
    old = {name: value_of(row, name) for name in new}
    if "related" in new:
        new["related"] = links_from(row, new["related"])
    if "images" in new:
        new["images"] = places_from(row, new["images"])
    new = {name: value for name, value in new.items() if logged_value(value) != logged_value(old[name])}
    if not new:
        return None
    # Where the document and a person disagreed, a person has now settled it.
    settled = row.conflicts if verb.settles and row.waits_for_the_source else [n for n in row.conflicts if n in new]
    if not says_what_is_settled and settled:
        old["conflicts"], new["conflicts"] = row.conflicts, [name for name in row.conflicts if name not in settled]
    step = Step(row, row.version, old, new, [n for n in new if n not in LIST_FIELDS], (row.slug, row.canonical_url))
    for name in step.columns:
        setattr(row, name, new[name])
    check_values(row, new)
    _derive(step, verb, by)
    row.version += 1
    return step


def _with_reviewer(new: dict[str, Any], verb: Verb, by: User) -> dict[str, Any]:
    if (reviewed := new.pop("reviewed", None)) is None:
        return new
    return new | {"reviewed_by": by if reviewed else None, "reviewed_at": verb.now if reviewed else None} | NO_RULE


def _derive(step: Step, verb: Verb, by: User) -> None:
    """Sets the columns that follow from others, and ends the claim of a person who has decided."""
    row = step.row
    url = links.identity(row.url, row.path) if row.url or row.path else row.canonical_url
    derived = {
        "canonical_url": url,
        "twin_key": key_of(links.twin_key(url)),
        "rank": rank(row.heat, row.published_at),
        "priority": priority_of(row),
    }
    if is_seen(*logged_change(step.old, step.new)):
        derived["changed_for_readers_at"] = max(verb.now, row.first_published_at or verb.now)
    if verb.settles and row.claimed_by_id == by.pk:
        derived |= {"claimed_by": None, "claimed_until": None}
    for name, value in derived.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            step.columns.append(name)


# Writing


def _store(steps: Sequence[Step], verb: Verb, *, by: User, at: Context) -> list[Event]:
    if not steps:
        return []
    if verb.deletes:
        return _delete(steps, verb, by=by, at=at)
    _update(steps)
    replace_lists([(step.row, step.new) for step in steps])
    for step in steps:
        if FAR_REACHING & set(step.new):
            _reach_far(step)
    if rated := [step.row for step in steps if RATING & set(step.new)]:
        rate_links(rated)
    if any(_was_seen(step) and set(step.new) - UNSEEN for step in steps) or _leave_links(steps):
        editions.new_on_commit()
    follow_decision({step.row.pk: set(step.new) for step in steps})
    return Event.objects.bulk_create([_event(step, verb, by=by, at=at) for step in steps])


def _delete(steps: Sequence[Step], verb: Verb, *, by: User, at: Context) -> list[Event]:
    """Deletes the rows, and creates a tombstone and an event for each."""
    rows = [step.row for step in steps]
    events = []
    for step in steps:
        step.old, step.row.version = snapshot(step.row), step.seen_version + 1
        events.append(_event(step, verb, by=by, at=at))
    Tombstone.objects.filter(path__in=[row.path for row in rows if row.path]).delete()
    Tombstone.objects.bulk_create(
        Tombstone(path=row.path, canonical_url=row.canonical_url, title=row.title, deleted_by=by) for row in rows
    )
    if any(row.first_published_at or row.cleared_as == Clearing.COVERED for row in rows):
        editions.new_on_commit()
    Article.objects.filter(pk__in=[row.pk for row in rows]).delete()
    follow_decision({step.row.pk: set(step.old) for step in steps})
    return Event.objects.bulk_create(events)


def _was_seen(step: Step) -> bool:
    """Returns whether readers saw the article, or see it now; an undone publication does not count.

    What is covered, or was until now, they see in the list of its story.
    """
    is_listed = Clearing.COVERED in (step.row.cleared_as, step.old.get("cleared_as"))
    return is_listed or bool(step.row.first_published_at or step.old.get("first_published_at"))


def _leave_links(steps: Sequence[Step]) -> bool:
    """Returns whether others link to what was decided on unseen: a rejected article is no related link of theirs."""
    decided = [step.row.pk for step in steps if "reviewed_at" in step.new and not _was_seen(step)]
    return bool(decided) and RelatedLink.objects.filter(page__target__in=decided, hidden=False).exists()


def _update(steps: Sequence[Step]) -> None:
    """Writes the columns that differ, in one UPDATE."""
    given: dict[str, dict[int, Any]] = {}
    for step in steps:
        for name in step.columns:
            given.setdefault(name, {})[step.row.pk] = getattr(step.row, column_of(name).attname)
    values = {name: value_for_all(name, each, len(steps)) for name, each in given.items()}
    versions: dict[int, list[int]] = {}
    for step in steps:
        versions.setdefault(step.seen_version, []).append(step.row.pk)
    # SQLite has no row locks: the condition on the version is what stops the second of two writers.
    as_seen = reduce(or_, (Q(pk__in=pks, version=version) for version, pks in versions.items()))
    written = Article.objects.filter(as_seen).update(**values, version=F("version") + 1, changed_at=timezone.now())
    if written != len(steps):
        raise Stale(Article.objects.filter(pk=steps[0].row.pk).first(), steps[0].seen_version)


def _reach_far(step: Step) -> None:
    row, (old_slug, old_url) = step.row, step.earlier
    if row.slug != old_slug:
        ArticleOldSlug.objects.filter(slug=row.slug, article=row).delete()
        ArticleOldSlug.objects.create(slug=old_slug, article=row)
    if "related" in step.new:
        save_links(row, step.new["related"])
    if row.canonical_url != old_url:
        retarget(row)


def _event(step: Step, verb: Verb, *, by: User, at: Context) -> Event:
    # A deletion logs what there was, but for the related links.
    before, after = (step.old, {}) if verb.deletes else logged_change(step.old, step.new)
    return Event(
        article=step.row,
        title=step.row.title,
        by=by,
        channel=at.channel,
        batch=at.batch,
        verb=verb.logged_as,
        before=before,
        after=after,
        version=step.row.version,
        reason=verb.why.reason if verb.why else None,
        note=verb.why.note if verb.why else "",
        undoes_id=verb.undoes(step.row),
        rule=at.rule,
    )
