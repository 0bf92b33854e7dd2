from django.db import models
from django.db.models import F, Q

from articles.models.image import Image, OrderedImage
from articles.models.keys import FoldedField


class Topic(models.Model):
    name = models.CharField(max_length=200)
    # Two spellings of one name are one topic.
    folded = FoldedField(of="name", unique=True)
    slug = models.SlugField(max_length=100, unique=True)
    short_name = models.CharField(max_length=200, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    description = models.TextField(blank=True)
    keywords = models.JSONField(default=list, blank=True)
    hashtags = models.JSONField(default=list, blank=True)
    images = models.ManyToManyField(Image, through="TopicImage", related_name="topics")
    source = models.JSONField(default=dict, blank=True, editable=False, help_text="what documents said last")
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False, help_text="+1 at every write")

    class Meta:
        ordering = ["folded"]
        permissions = [
            ("import_topic", "Can import topics from CSV and XLSX"),
            ("export_topic", "Can export topics to CSV and XLSX"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(folded=""), name="topic_has_name"),
            models.CheckConstraint(condition=~Q(slug=""), name="topic_has_slug"),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="topic_is_not_its_parent"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/topics/{self.slug}/"


class TopicImage(OrderedImage):
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="image_links")

    class Meta(OrderedImage.Meta):
        constraints = [
            models.UniqueConstraint(fields=["topic", "image"], name="topic_image_once"),
        ]


class TopicOldSlug(models.Model):
    """An earlier slug of a topic; its address redirects to the topic."""

    slug = models.SlugField(max_length=100, unique=True)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="old_slugs")

    def __str__(self):
        return self.slug
