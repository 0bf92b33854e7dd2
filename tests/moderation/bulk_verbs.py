"""Verbs as bulk carries them out, and what an article says that was decided on with others."""

from articles.history.snapshot import snapshot
from articles.models import Article, Reason
from articles.moderation import VERBS, Why
from articles.moderation.verbs import Verb


def why() -> Why:
    return Why(Reason.objects.get(slug="wrong"), "The study says the opposite.")


def made(name: str, **options) -> Verb:
    """The verb of this name, with its reason where it asks for one."""
    verb = VERBS[name]
    return verb(why=why(), **options) if verb.asks_reason else verb(**options)


def facts(article: Article) -> dict:
    row = Article.objects.get(pk=article.pk)
    same = snapshot(row) | {
        name: getattr(row, name) for name in ("version", "conflicts", "claimed_by", "queue", "rank")
    }
    own = {"slug", "web_url", "published_at", "reviewed_at", "first_published_at"}
    return {name: value for name, value in same.items() if name not in own}
