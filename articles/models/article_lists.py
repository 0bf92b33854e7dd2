"""The topics and the images of articles, in their order."""

from django.db import models

from articles.models.article import Article
from articles.models.image import OrderedImage
from articles.models.moments import MomentField
from articles.models.topic import Topic


class ArticleTopic(models.Model):
    # `db_index=False` here and below: another index or constraint of the table begins with this column.
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="topic_links", db_index=False)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="article_links")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "topic"], name="article_topic_once"),
        ]

    def __str__(self):
        return str(self.topic)


class TopicEntry(models.Model):
    """A published article of a topic, with its date. Triggers of the database write these rows (migration 0004).

    Listing a topic by its `article_links` instead would also read all its hidden articles.
    """

    pk = models.CompositePrimaryKey("topic_id", "published_at", "article_id")
    topic = models.ForeignKey(Topic, on_delete=models.DO_NOTHING, related_name="entries")
    published_at = MomentField()
    article = models.ForeignKey(Article, on_delete=models.DO_NOTHING, related_name="topic_entries")

    class Meta:
        managed = False
        default_permissions = ()

    def __str__(self):
        return f"{self.topic_id}: {self.article_id}"


class ArticleImage(OrderedImage):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="image_links", db_index=False)

    class Meta(OrderedImage.Meta):
        constraints = [
            models.UniqueConstraint(fields=["article", "image"], name="article_image_once"),
        ]
