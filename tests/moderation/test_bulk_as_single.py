"""One of many articles becomes what the single verb makes of it."""

from datetime import UTC, datetime

import pytest

from articles import moderation
from articles.models import Article, Event, Topic
from articles.moderation import VERBS, bulk
from articles.moderation.content_verbs import TakeSource
from articles.moderation.story_verbs import Cover, Group
from tests.factories import make_article, make_topic
from tests.moderation.bulk_verbs import facts, made, why

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def same_article(**fields) -> Article:
    """Articles that differ in nothing that matters."""
    topic = Topic.objects.filter(slug="apes").first() or make_topic("Apes")
    if not Topic.objects.filter(slug="of-titles").exists():
        make_topic("Of titles", slug="of-titles", keywords=["same"])
    same = {"title": "Same", "quality": 50, "heat": 3, "flag": "Is this true?", "conflicts": ["topics"]}
    return make_article(topics=[topic], published_at=NOON, created_at=NOON, **same, **fields)


def told(event: Event) -> dict:
    times = {"reviewed_at", "first_published_at"}
    return {
        "before": {name: value for name, value in event.before.items() if name not in times},
        "after": {name: value for name, value in event.after.items() if name not in times},
        "times": times & set(event.after),
        **{name: getattr(event, name) for name in ("title", "by", "verb", "version", "reason", "note", "run")},
    }


LIVE = {"published": True}
SINGLE = {
    "publish": ({}, {}, moderation.publish),
    "reject": ({}, {}, lambda row, **seen: moderation.reject(row, why=why(), **seen)),
    "withdraw": (LIVE, {}, lambda row, **seen: moderation.withdraw(row, why=why(), **seen)),
    "reopen": ({"reviewed": True}, {}, moderation.reopen),
    "score": (
        {},
        {"quality": 7, "heat": 0},
        lambda row, **seen: moderation.score(row, quality=7, heat=0, **seen),
    ),
    "score by": (
        {},
        {"quality_by": -60, "heat_by": 2},
        lambda row, **seen: moderation.score(row, quality=0, heat=5, **seen),
    ),
    "topics add": (
        {},
        {"add": "Bees"},
        lambda row, topics, **seen: moderation.edit(row, topics=[*row.ordered_topics, *topics], **seen),
    ),
    "topics remove": ({}, {"remove": "Apes"}, lambda row, topics, **seen: moderation.edit(row, topics=[], **seen)),
    "keywords": (
        {},
        {},
        lambda row, **seen: moderation.edit(
            row, topics=[*row.ordered_topics, Topic.objects.get(slug="of-titles")], **seen
        ),
    ),
    "keep": ({}, {}, lambda row, **seen: moderation.keep(row, names=["topics"], **seen)),
    "take": (
        {},
        {"values": {"topics": [], "title": "As its document says"}},
        lambda row, values, **seen: moderation.decide(row, TakeSource(values={row.pk: values}), **seen),
    ),
    "duplicate": (
        {},
        {"of": "another"},
        lambda row, of, **seen: moderation.mark_duplicate(row, of=of, **seen),
    ),
    "cover": (
        {},
        {"published": "another"},
        lambda row, of, **seen: moderation.decide(row, Cover(published={row.pk: of}), **seen),
    ),
    "group": (
        {},
        {"together": "another"},
        lambda row, of, **seen: moderation.decide(row, Group(together={row.pk: [of.pk]}), **seen),
    ),
    "assign": ({}, {"to": "editors"}, lambda row, **seen: moderation.assign(row, to=seen["by"], **seen)),
}


def test_every_action_is_compared_below():
    # For deletions see below: nothing is left to compare.
    assert {name.split()[0] for name in SINGLE} | {"delete"} == {verb.name for verb in VERBS.values() if verb.in_bulk}


@pytest.mark.parametrize("name", SINGLE)
def test_one_of_many_becomes_what_the_single_verb_makes_of_it(name, editor):
    fields, options, single = SINGLE[name]
    fields = {"reviewed_by": editor} if fields.get("reviewed") else fields
    alone, among_many = same_article(**fields), same_article(**fields)
    given = {}
    if how := {"add", "remove"} & set(options):
        (how,) = how
        topics = [topic for topic in [*alone.ordered_topics, make_topic("Bees")] if topic.name == options[how]]
        options, given = {how: topics}, {"topics": topics}
    if "to" in options:
        options = {"to": editor}
    if "another" in options.values():
        (how,) = options
        given = {"of": make_article(published=True)}
        of_each = {
            "of": given["of"],
            "published": {among_many.pk: given["of"]},
            "together": {among_many.pk: [given["of"].pk]},
        }
        options = {how: of_each[how]}
    if values := options.get("values"):
        options, given = {"values": {among_many.pk: values}}, {"values": values}
    verb = made(name.split()[0], **options)

    event = single(alone, by=editor, version=1, **given)
    outcome = bulk.carry_out([(among_many.pk, 1)], verb, by=editor)

    assert (outcome.done, outcome.refused) == (1, [])
    assert facts(among_many) == facts(alone)
    one_of_many = Event.objects.get(article=among_many)
    assert told(one_of_many) == told(event)
    assert (one_of_many.channel, one_of_many.batch) == ("bulk", outcome.batch)
