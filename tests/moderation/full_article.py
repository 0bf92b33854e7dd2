"""An article with a value in every field, and all that it says."""

from django.utils import timezone

from articles.history.snapshot import snapshot
from articles.models import Article
from articles.models.fields import LOGGED
from tests.factories import make_article, make_image, make_provider, make_topic


def whole(article: Article) -> dict:
    """Every fact, with what a related link holds beside them; without when and how often it was written."""
    row = Article.objects.get(pk=article.pk)
    links = row.related.order_by("position").values_list("page__digest", "origin", "page__target")
    return snapshot(row, LOGGED) | {"links": list(links), "queue": row.queue, "state": row.state}


def full_article() -> Article:
    return make_article(
        title="Old",
        quality=3,
        heat=4,
        flag="Is this true?",
        notes="Old",
        duplicate_of=make_article(),
        topics=[make_topic("Apes"), make_topic("Bees")],
        images=[(make_image(), {"title": "A fox", "attribution": "Ann"}), make_image()],
        conflicts=["title", "related"],
        related=[
            {
                "url": "https://a.example/",
                "title": "A",
                "provider": make_provider(),
                "images": [{"url": "https://p.example/1.jpg"}],
            },
            {"url": "https://b.example/", "title": "B", "hidden": True, "published_at": timezone.now()},
            {"url": "https://c.example/", "title": "C", "origin": "editor", "quality": 4},
        ],
    )
