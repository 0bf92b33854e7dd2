"""The rules in force, ready to be asked: read once for a whole run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from uuid import UUID, uuid4

from django.contrib.auth.models import User

from articles.models import Reason, Rule, RuleVersion, Topic
from articles.moderation.access import DECIDE
from articles.moderation.keywords import Keywords
from articles.rules.actions import Action, AddTopics, Assign, Reject, action_from_json
from articles.rules.conditions import BadRule, Conditions
from articles.rules.names import Names


@dataclass(frozen=True)
class Ready:
    """A rule with all that its action needs."""

    version: RuleVersion
    conditions: Conditions
    action: Action
    in_shadow: bool = False
    second_look: int = 0  # percent
    reason: Reason | None = None
    topics: tuple[int, ...] = ()  # primary keys
    to: User | None = None
    batch: UUID = field(default_factory=uuid4, compare=False)  # of all that it does in one run

    def wants_second_look(self, path: str) -> bool:
        """Returns whether a person is to see again what it decides on the document at this path: always the same."""
        digest = blake2b(f"{self.version.rule_id}\0{path}".encode(errors="backslashreplace"), digest_size=8).digest()
        return int.from_bytes(digest) % 100 < self.second_look


@dataclass(frozen=True)
class RulesInForce:
    """The rules that act or stand in the shadow, in their order."""

    rules: tuple[Ready, ...] = ()
    names: Names = field(default_factory=lambda: Names({}, {}, {}))
    keywords: Keywords = field(default_factory=lambda: Keywords({}))

    @classmethod
    def now(cls) -> RulesInForce:
        """Reads them. A rule that cannot be carried out (its colleague has left) is left out: its page says why."""
        rules = list(Rule.objects.exclude(mode=Rule.Mode.OFF))
        if not rules:
            return cls()
        names, ready = Names.now(), []
        versions = latest_versions(rule.pk for rule in rules)
        for rule in rules:
            try:
                ready.append(make_ready(rule, versions[rule.pk], names))
            except BadRule:
                continue
        return cls(tuple(ready), names)

    def knowing(self, topics: Iterable[int]) -> RulesInForce:
        """Returns the rules with the names of these topics, by primary key, and with the keywords of now.

        A run may bring topics before the articles that they are about.
        """
        keywords = Keywords.now() if self.need_keywords else self.keywords
        return replace(self, names=self.names.knowing(topics), keywords=keywords)

    @property
    def need_keywords(self) -> bool:
        return any(isinstance(each.action, AddTopics) and each.action.by_keywords for each in self.rules)


def latest_versions(rules: Iterable[int]) -> dict[int, RuleVersion]:
    """Returns what each rule says now, by primary key of the rule."""
    versions = RuleVersion.objects.filter(rule__in=list(rules)).select_related("rule").order_by("number")
    return {version.rule_id: version for version in versions}


def make_ready(rule: Rule, version: RuleVersion, names: Names) -> Ready:
    """Returns the rule ready to be asked. Raises BadRule for one that cannot be read, or not be carried out now."""
    conditions = Conditions.from_json(rule.conditions).with_current_names(names.merged, names.renamed)
    action = action_from_json(rule.action)
    reason, to = None, None
    topics: tuple[int, ...] = ()
    match action:
        case Reject():
            reason = Reason.objects.filter(slug=action.reason).first()
            if reason is None:
                raise BadRule("reason", "this reason is not there any more.")
        case AddTopics():
            topics = topics_named(action.topics, names)
        case Assign():
            to = colleague(action.to)
    return Ready(
        version, conditions, action, rule.mode == Rule.Mode.SHADOW, rule.second_look, reason, topics, to
    )  # fmt: skip


def topics_named(slugs: Iterable[str], names: Names) -> tuple[int, ...]:
    """Returns the primary keys of topics. Raises BadRule if one is not there."""
    wanted = [names.renamed.get(slug, slug) for slug in slugs]
    found = dict(Topic.objects.filter(slug__in=wanted).values_list("slug", "pk")) if wanted else {}
    if missing := [slug for slug in wanted if slug not in found]:
        raise BadRule("add_topics", f"there is no topic {', '.join(missing)} any more.")
    return tuple(found[slug] for slug in wanted)


def colleague(username: str) -> User:
    """Returns the person. Raises BadRule for one who does not decide on articles."""
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None or not person.has_perm(DECIDE):
        raise BadRule("to", f"{username} does not decide on articles.")
    return person
