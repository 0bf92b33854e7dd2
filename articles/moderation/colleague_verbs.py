"""The verbs that tell colleagues something: scores, notes, flags, who is asked to decide."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User

from articles.models import Article
from articles.moderation.access import DECIDE
from articles.moderation.checks import LEAST_SCORES
from articles.moderation.refusals import Impossible
from articles.moderation.verbs import Changes, Verb


@dataclass(frozen=True)
class Score(Verb):
    """Set quality, heat, or both; or shift them by so many points, and no further down than they go."""

    name, past, in_bulk = "score", "scored", True
    # For each score the keys that raise and lower it.
    keys = {"heat": ("h", "H"), "quality": ("q", "Q")}

    quality: int | None = None
    heat: int | None = None
    quality_by: int = 0
    heat_by: int = 0

    def changes(self, row: Article) -> Changes:
        new = {}
        for name, to, by in (("quality", self.quality, self.quality_by), ("heat", self.heat, self.heat_by)):
            if to is not None:
                new[name] = to
            elif by:
                new[name] = max(LEAST_SCORES[name], getattr(row, name) + by)
        return new


@dataclass(frozen=True)
class Note(Verb):
    """Set the notes, which colleagues read and readers never."""

    name, past = "note", "noted"

    notes: str = ""

    def changes(self, row: Article) -> Changes:
        return {"notes": self.notes}


@dataclass(frozen=True)
class Flag(Verb):
    """Ask colleagues for another look, and say why; an empty text takes that back."""

    name, past = "flag", "flagged"

    text: str = ""

    def changes(self, row: Article) -> Changes:
        return {"flag": self.text.strip()}


@dataclass(frozen=True)
class Assign(Verb):
    """Ask one colleague to decide, or nobody in particular."""

    name, past, in_bulk = "assign", "assigned", True

    to: User | None = None

    def check(self) -> None:
        if self.to is not None and not self.to.has_perm(DECIDE):
            raise Impossible(
                f"{self.to} does not decide on articles.", {"to": ["Choose a colleague who decides on articles."]}
            )

    def changes(self, row: Article) -> Changes:
        return {"assigned_to": self.to}
