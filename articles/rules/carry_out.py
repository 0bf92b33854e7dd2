"""Carries a rule out on what waits already: a person does, after a preview, in one batch that one undo takes back."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User

from articles.models import Article, Channel, Rule, Topic
from articles.moderation import bulk
from articles.moderation.access import KEEP_RULES, permit
from articles.moderation.colleague_verbs import Assign as AssignVerb
from articles.moderation.colleague_verbs import Flag as FlagVerb
from articles.moderation.colleague_verbs import Score as ScoreVerb
from articles.moderation.content_verbs import ChangeTopics, NameTopics
from articles.moderation.decision import Context, Why
from articles.moderation.refusals import Impossible
from articles.moderation.undo import Outcome
from articles.moderation.verbs import Publish as PublishVerb
from articles.moderation.verbs import Reject as RejectVerb
from articles.moderation.verbs import Verb
from articles.rules.actions import AddTopics, Assign, Flag, Publish, Reject, Score
from articles.rules.conditions import BadRule
from articles.rules.in_force import Ready, latest_versions, make_ready
from articles.rules.names import Names
from articles.rules.trial import waiting_matches


def preview(rule: Rule, *, by: User) -> bulk.Preview:
    """Returns on which of the articles that wait the rule would be carried out. Raises Impossible if that cannot be."""
    ready, names = _ready(rule)
    found = waiting_matches(ready.conditions, bulk.MOST_AT_ONCE, names)
    if len(found) > bulk.MOST_AT_ONCE:
        raise Impossible(f"It matches more than {bulk.MOST_AT_ONCE:,} articles that wait: narrow its conditions first.")
    return bulk.preview(Article.objects.filter(pk__in=found).latest_first(), verb_of(ready), by=by)


def carry_out(rule: Rule, pairs: Iterable[tuple[int, int]], *, by: User) -> Outcome:
    """Carries the rule out on (primary key, version) pairs of the preview; the events name the person and the rule."""
    permit(by, KEEP_RULES)
    ready, _ = _ready(rule)
    return bulk.carry_out(pairs, verb_of(ready), by=by, at=Context(Channel.BULK, rule=ready.version))


def _ready(rule: Rule) -> tuple[Ready, Names]:
    names = Names.now()
    try:
        return make_ready(rule, latest_versions([rule.pk])[rule.pk], names), names
    except BadRule as problem:
        raise Impossible(f"The rule cannot be carried out: {problem}") from problem


def verb_of(rule: Ready) -> Verb:
    """Returns the verb by which a person does what the rule does."""
    match rule.action:
        case Publish():
            return PublishVerb()
        case Reject(note=note) if rule.reason:
            return RejectVerb(Why(rule.reason, note))
        case Flag(text=text):
            return FlagVerb(text)
        case Score(quality=quality, heat=heat):
            return ScoreVerb(quality, heat)
        case AddTopics(by_keywords=True):
            return NameTopics(also=_topics(rule))
        case AddTopics():
            return ChangeTopics(add=_topics(rule))
        case Assign():
            return AssignVerb(rule.to)
    raise AssertionError(rule.action)


def _topics(rule: Ready) -> tuple[Topic, ...]:
    rows = Topic.objects.in_bulk(list(rule.topics))
    return tuple(rows[pk] for pk in rule.topics)
