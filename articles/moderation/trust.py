"""Keeps the priority of articles in step with the trust in their provider, which is a part of it."""

from django.db.models import F

from articles.models import Article
from providers.models import Provider


def follow_trust(provider: Provider, *, before: int) -> None:
    """Changes the priority of a provider's articles in the queue by as much as its trust has changed, in one UPDATE.

    Other articles get their priority when a write brings them into the queue.
    """
    if provider.trust != before:
        waiting = Article.objects.in_queue().filter(provider=provider)
        waiting.update(priority=F("priority") + (provider.trust - before))
