"""What a trial found, for the page: each list of articles with its first ones, and more where they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from articles.desk.rules.forms import RuleForm
from articles.models import Article
from articles.rules.trial import Trial, try_rule

SHOWN, MOST_SHOWN = 50, 2_000


@dataclass(frozen=True)
class TrialList:
    """Some articles of a trial: `name` stands in the button that shows more of them."""

    name: str
    heading: str
    number: int
    articles: list[Article]

    @property
    def more(self) -> int:
        """How many the button for more will show; 0 where all are shown, or no more are."""
        shown = len(self.articles)
        return min(shown + 4 * SHOWN, MOST_SHOWN) if shown < min(self.number, MOST_SHOWN) else 0


@dataclass(frozen=True)
class TrialPage:
    trial: Trial
    lists: list[TrialList]
    decides: bool
    verb: str  # what the rule does, as people and documents did


def try_form(form: RuleForm, more: str = "") -> TrialPage:
    """Tries the rule in a valid form. `more` is `list:number`: of which list so many are shown."""
    conditions, action = form.said
    trial = try_rule(conditions, action)
    longer, _, number = more.partition(":")
    most = min(int(number), MOST_SHOWN) if number.isascii() and number.isdigit() and len(number) < 6 else SHOWN
    publishes = action.do == "publish"
    opposite = ("rejected or withdrew", "do not publish") if publishes else ("published", "publish")
    same = ("published", "publish") if publishes else ("rejected or withdrew", "do not publish")
    lists: list[tuple[str, str, Sequence[int]]] = []
    if trial.people and trial.documents:
        lists += [
            ("people", f"Matches, and people {opposite[0]}", trial.people.disagree),
            ("documents", f"Matches, and documents {opposite[1]}", trial.documents.disagree),
            ("left-people", f"People {same[0]}, and the rule leaves to people", trial.people.left),
            ("left-documents", f"Documents {same[1]}, and the rule leaves to people", trial.documents.left),
        ]
    lists.append(("matched", "All that it matches", trial.matched))
    shown = {name: sorted(pks, reverse=True)[: most if name == longer else SHOWN] for name, _, pks in lists}
    rows = _articles({pk for pks in shown.values() for pk in pks})
    return TrialPage(
        trial,
        [TrialList(n, text, len(pks), [rows[pk] for pk in shown[n] if pk in rows]) for n, text, pks in lists if pks],
        bool(trial.people),
        "publish" if publishes else "reject",
    )


def _articles(pks: set[int]) -> dict[int, Any]:
    rows = Article.objects.select_related("provider").only(
        "title", "state", "quality", "heat", "published_at", "provider__name"
    )  # fmt: skip
    return rows.in_bulk(list(pks))
