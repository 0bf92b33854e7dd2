"""The verbs that say which articles tell one story, and clear its copies away."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import chain

from articles.models import Article, Clearing
from articles.moderation.refusals import Impossible
from articles.moderation.verbs import Changes, Verb, since_when_seen

# Of which each names all others: more would be no story.
MOST_GROUPED = 50
Keys = Mapping[int, Collection[int]]


@dataclass(frozen=True)
class Cover(Verb):
    """Clear away what only repeats a published article of its story: it is listed there as a link. Settles a flag.

    `published` holds the published article of the story by the key of the article that is covered.
    """

    name, past, item_key = "cover", "covered", "c"
    help = "publish it and cover the others of its story"
    settles = in_bulk = True

    published: Mapping[int, Article] = field(default_factory=dict)

    def changes(self, row: Article) -> Changes:
        if row.state not in ("pending", "live"):
            raise Impossible(f"“{row}” is decided on already: only what waits for a decision can be covered.")
        other = self.published.get(row.pk)
        if other is None or not other.published or other.pk == row.pk:
            raise Impossible(f"“{row}” is in no story with a published article.")
        return {
            "published": False,
            "first_published_at": since_when_seen(row, self.now),
            "cleared_as": Clearing.COVERED,
            "together": sorted({*row.together, other.pk}),
            "apart": [key for key in row.apart if key != other.pk],
            "flag": "",
            "reviewed": True,
        }


@dataclass(frozen=True)
class MarkDuplicate(Verb):
    """Decide that the article is the text of another one (`of`) under another address; None: that it is none.

    Its readers are sent to the other one, and it leaves the lists. What is no duplicate any more waits for a decision.
    """

    name, past, item_key = "duplicate", "marked as a duplicate, or not", "d"
    help = "duplicate of the one chosen by a digit, else of the first"
    settles = in_bulk = True

    of: Article | None = None

    def changes(self, row: Article) -> Changes:
        if self.of is None:
            return {"duplicate_of": None} | (
                {"cleared_as": "", "reviewed": False} if row.cleared_as == "duplicate" else {}
            )
        if row.pk in (self.of.pk, self.of.duplicate_of_id):
            raise Impossible(
                f"“{row}” is not a duplicate of itself, nor of its own duplicate.", {"of": ["Choose another article."]}
            )
        return {
            "published": False,
            "first_published_at": since_when_seen(row, self.now),
            "duplicate_of": self.of,
            "cleared_as": Clearing.DUPLICATE,
            "flag": "",
            "reviewed": True,
        }


@dataclass(frozen=True)
class Lead(Verb):
    """Let the article stand for its story in the lists of readers, before all others, or no longer."""

    name, past = "lead", "made the lead of its story, or not"

    leads: bool = True

    def changes(self, row: Article) -> Changes:
        return {"lead_at": self.now if self.leads else None}


@dataclass(frozen=True)
class Ties(Verb):
    """Base of the verbs that say of articles that they tell one story, or do not: keys, by the key of the article.

    `articles.moderation.stories` finds them: what a verdict means for the others of a story depends on these.
    """

    together: Keys = field(default_factory=dict)
    untied: Keys = field(default_factory=dict)  # no longer together, by a verdict about others
    apart: Keys = field(default_factory=dict)

    def changes(self, row: Article) -> Changes:
        together, apart, untied = (set(keys.get(row.pk, ())) for keys in (self.together, self.apart, self.untied))
        return {
            "together": sorted((set(row.together) | together) - apart - untied),
            "apart": sorted((set(row.apart) | apart) - together),
        }


class Group(Ties):
    """Say that articles tell one story, whatever their texts say."""

    name, past, item_key = "group", "grouped into one story", "g"
    in_bulk = True
    help = "one story with the one chosen, else the first that is in none with it"

    def check(self) -> None:
        keys = {*self.together, *chain.from_iterable(self.together.values())}
        if len(keys) > MOST_GROUPED:
            raise Impossible(f"These are more than {MOST_GROUPED} articles: group fewer at once.")
        if len(keys) < 2:
            raise Impossible("It takes two articles to make a story: choose another one.")


class Split(Ties):
    """Say that an article does not belong to its story."""

    name, past = "split", "split from its story"


class Never(Ties):
    """Say that two articles never tell one story."""

    name, past, item_key = "never", "kept from another story", "G"
    help = "never one story with the one chosen, else the first"
