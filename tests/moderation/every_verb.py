"""Each verb with valid values, and an article in a state that admits it."""

from datetime import timedelta

from django.utils import timezone

from articles import moderation
from articles.models import Article, Reason
from articles.moderation import Why
from articles.moderation.story_verbs import Cover, Group, Lead, Never, Split
from tests.factories import make_article

HOUR = timedelta(hours=1)
VERBS = {
    "publish": (lambda row, **seen: moderation.publish(row, **seen), "pending"),
    "reject": (lambda row, **seen: moderation.reject(row, why=reason(), **seen), "pending"),
    "withdraw": (lambda row, **seen: moderation.withdraw(row, why=reason(), **seen), "live"),
    "reopen": (lambda row, **seen: moderation.reopen(row, **seen), "published"),
    "score": (lambda row, **seen: moderation.score(row, quality=99, **seen), "pending"),
    "schedule": (
        lambda row, **seen: moderation.schedule(row, publish_at=None, expires_at=timezone.now() + HOUR, **seen),
        "pending",
    ),
    "edit": (lambda row, **seen: moderation.edit(row, title="Other", **seen), "pending"),
    "curate": (lambda row, **seen: moderation.curate(row, related=[{"url": "https://a.example/"}], **seen), "pending"),
    "note": (lambda row, **seen: moderation.note(row, notes="Ask the author.", **seen), "pending"),
    "flag": (lambda row, **seen: moderation.flag(row, why="Is this true?", **seen), "pending"),
    "assign": (lambda row, **seen: moderation.assign(row, to=seen["by"], **seen), "pending"),
    "duplicate": (lambda row, **seen: moderation.mark_duplicate(row, of=make_article(), **seen), "pending"),
    "cover": (
        lambda row, **seen: moderation.decide(row, Cover(published={row.pk: make_article(published=True)}), **seen),
        "pending",
    ),
    "group": (lambda row, **seen: moderation.decide(row, Group(together={row.pk: [0]}), **seen), "pending"),
    "split": (lambda row, **seen: moderation.decide(row, Split(apart={row.pk: [0]}), **seen), "pending"),
    "never": (lambda row, **seen: moderation.decide(row, Never(apart={row.pk: [0]}), **seen), "pending"),
    "lead": (lambda row, **seen: moderation.decide(row, Lead(), **seen), "pending"),
    "pin": (lambda row, **seen: moderation.pin(row, pinned=True, **seen), "published"),
    "delete": (lambda row, **seen: moderation.delete(row, **seen), "pending"),
}


def reason() -> Why:
    return Why(Reason.objects.first())


def article_in(state: str, by) -> Article:
    match state:
        case "live":
            return make_article(published=True)
        case "published":
            return make_article(published=True, reviewed_by=by)
    return make_article()
