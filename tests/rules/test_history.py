"""People decide at random while rules act on what arrives between: no rule changes a decision, the log tells all."""

import pytest

from articles.management.commands.check_log import gaps_of
from articles.models import Article, Event, Reason, Rule
from articles.rules.keep import change_rule
from tests.history.test_replay import ACTIONS, Newsroom, facts, replayed
from tests.rules.some import make_rule

pytestmark = pytest.mark.django_db
DOCUMENTS = 60


class RuledNewsroom(Newsroom):
    """The same people, and rules that are switched and changed; each import brings arrivals, too."""

    def __init__(self, seed, folder, people):
        self.imports = 0
        self.by = people[0]
        reason = {"do": "reject", "reason": Reason.objects.first().slug}
        make_rule(self.by, {"heat_min": 9}, second_look=50)
        make_rule(self.by, {"heat_max": -1, "words": ["A"]}, reason, second_look=50)
        make_rule(self.by, {"words": ["B", "C"]}, {"do": "topics", "by_keywords": True})
        make_rule(self.by, {"words": ["B"]}, {"do": "flag", "text": "Look"})
        make_rule(self.by, {"heat_min": 5}, {"do": "score", "quality": 40})
        make_rule(self.by, {"duplicate": False}, {"do": "assign", "to": people[1].username})
        make_rule(self.by, {"heat_min": 5}, mode="shadow")
        super().__init__(seed, folder, people)
        for topic, word in zip(self.topics, "ABCX", strict=True):
            topic.keywords = [word]
            topic.save()

    def import_documents(self, numbers) -> None:
        numbers = {*numbers, *self.random.sample(range(DOCUMENTS), 4)}
        if self.imports:
            rule = self.random.choice(list(Rule.objects.all()))
            conditions = rule.conditions | {"quality_max": 100 + self.imports}
            mode = self.random.choice(["on", "on", "shadow", "off"])
            change_rule(rule, {"mode": mode, "conditions": conditions}, by=self.by, version=rule.version)
        self.imports += 1
        before = decided()
        super().import_documents(sorted(numbers))
        after = decided()
        assert {pk: after[pk] for pk in before if pk in after} == before

    def remember(self) -> None:
        """An article is new to the log before its rules acted on it."""
        for pk, state in facts().items():
            if pk not in self.base:
                for event in Event.objects.filter(article=pk).order_by("-version"):
                    state |= event.before
                self.base[pk] = state


def decided() -> dict[int, tuple]:
    rows = Article.objects.filter(reviewed_by__isnull=False)
    return {row.pk: (row.reviewed_by_id, row.reviewed_at, row.state, row.flag, row.assigned_to_id) for row in rows}


@pytest.mark.parametrize("seed", [1])
def test_no_rule_changes_a_decision_and_the_log_rebuilds_the_state(seed, tmp_path, make_user):
    people = [make_user("Editors", username="anne"), make_user("superuser", username="bert")]
    newsroom = RuledNewsroom(seed, tmp_path, people)

    for _ in range(ACTIONS):
        newsroom.act()

    states, gaps = replayed(newsroom.base)
    assert (states, gaps) == (facts(), [])
    assert gaps_of({*newsroom.base}) == {}
    by_rules = Event.objects.filter(rule__isnull=False, by=None)
    assert set(by_rules.values_list("verb", flat=True)) == {"publish", "reject", "edit", "flag", "score", "assign"}
    assert by_rules.count() > 50
    assert newsroom.imports > 10
