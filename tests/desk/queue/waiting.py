"""Articles that wait for a decision, and what a page of the queue lists of them."""

from articles.models import Article
from articles.priority import priority_of
from tests.factories import make_article, make_image, make_provider, make_related, make_topic


def make_waiting(**fields) -> Article:
    """An article with its priority, as moderation and imports write it."""
    article = make_article(**fields)
    Article.objects.filter(pk=article.pk).update(priority=priority_of(article))
    article.refresh_from_db()
    return article


def titles(answer) -> list[str]:
    return [row.article.title for row in answer.context["rows"]]


def listed(client, query="") -> list[str]:
    return titles(client.get(f"/desk/queue/{query}"))


def tabs_of(client, query=""):
    return client.get(f"/desk/queue/?{query}&part=list").context["tabs"]


def make_full(number: int) -> Article:
    article = make_waiting(
        title=f"Full {number}",
        topics=[make_topic(f"Topic {number}")],
        images=[make_image()],
        related=[{}, {}],
        provider=make_provider(),
    )
    make_related(article, url="https://hidden.example/", hidden=True)
    return article
