"""Says why articles are in one story, or in none: likeness and shared words, and what people said."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from articles.models import Article, Likeness, StoryMember
from articles.stories.likeness import ONE_STORY


@dataclass(frozen=True)
class Reason:
    """Another article: how alike both are and by which words, what people said of both, whether they are one story."""

    article: Article
    score: float
    words: list[str]
    said: str  # together, apart, or ''
    is_in_story: bool

    @property
    def in_words(self) -> str:
        if self.said == "together":
            return "a person said that they are one story"
        if self.said == "apart":
            return "a person said that they are two stories"
        shares = f"shares: {', '.join(self.words)}" if self.words else "shares no words"
        likeness = f"likeness {self.score:.2f} of {ONE_STORY:.2f}"
        return f"{likeness}, {shares}" if self.score else "through others of the story"


def reasons_for(article: Article) -> list[Reason]:
    """Returns the articles that are in its story, are like it, or that people spoke of beside it: the likest first."""
    pairs = Likeness.objects.filter(Q(one=article) | Q(other=article)).values_list("one", "other", "score", "words")
    alike = {(other if one == article.pk else one): (score, words) for one, other, score, words in pairs}
    story = StoryMember.objects.filter(article=article).values("story")
    members = set(StoryMember.objects.filter(story__in=story).exclude(pk=article.pk).values_list("pk", flat=True))
    keys = {*alike, *members, *article.together, *article.apart}
    rows = Article.objects.select_related("provider").without_payload().in_bulk(list(keys))
    found = []
    for key, row in rows.items():
        together = key in article.together or article.pk in row.together
        apart = key in article.apart or article.pk in row.apart
        score, words = alike.get(key, (0.0, []))
        said = "together" if together else "apart" if apart else ""
        found.append(Reason(row, score, words, said, key in members))
    return sorted(found, key=lambda reason: (not reason.is_in_story, -reason.score, reason.article.pk))
