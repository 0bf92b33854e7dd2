"""The related links of an article, and their images."""

from django.db import models
from django.db.models import Q

from articles.models.article import Article
from articles.models.choices import Type
from articles.models.image import Image, OrderedImage
from articles.models.keys import URL_LENGTH, KeyField


class RelatedLink(models.Model):
    """A related link of an article; `target` is our own article with the same URL, if there is one."""

    class Origin(models.TextChoices):
        IMPORTED = "imported"
        EDITOR = "editor"

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="related", db_index=False)
    position = models.PositiveSmallIntegerField(default=0)
    url = models.CharField("URL", max_length=URL_LENGTH)
    canonical_url = models.CharField("canonical URL", max_length=URL_LENGTH, editable=False)
    canonical_key = KeyField(of="canonical_url")
    amp_url = models.CharField("AMP URL", max_length=URL_LENGTH, blank=True)
    cdn_amp_url = models.CharField("CDN AMP URL", max_length=URL_LENGTH, blank=True)
    title = models.CharField(max_length=500, blank=True)
    excerpt = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    type = models.CharField(max_length=20, choices=Type, default=Type.ARTICLE)
    quality = models.IntegerField(default=0)
    provider = models.ForeignKey(
        "providers.Provider", on_delete=models.PROTECT, null=True, blank=True, related_name="related_links"
    )
    images = models.ManyToManyField(Image, through="RelatedImage", related_name="related_links")
    target = models.ForeignKey(
        Article, on_delete=models.SET_NULL, null=True, blank=True, related_name="linked_from", db_index=False
    )
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.IMPORTED)
    hidden = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "url"], name="related_link_once"),
            models.CheckConstraint(condition=~Q(url="") & ~Q(canonical_url=""), name="related_link_leads_somewhere"),
            models.CheckConstraint(condition=Q(type__in=Type.values), name="related_link_type_is_known"),
            models.CheckConstraint(condition=Q(quality__gte=0), name="related_link_quality_from_0"),
            models.CheckConstraint(condition=Q(origin__in=["imported", "editor"]), name="related_link_origin_is_known"),
        ]
        indexes = [
            models.Index(fields=["canonical_key"], name="related_link_by_url"),
            models.Index(fields=["target"], condition=Q(target__isnull=False), name="related_link_by_target"),
        ]

    def __str__(self):
        return self.title or self.url

    @property
    def ordered_images(self) -> list[Image]:
        return [link.image for link in self.image_links.all()]


class RelatedImage(OrderedImage):
    related_link = models.ForeignKey(RelatedLink, on_delete=models.CASCADE, related_name="image_links", db_index=False)

    class Meta(OrderedImage.Meta):
        constraints = [
            models.UniqueConstraint(fields=["related_link", "image"], name="related_image_once"),
        ]
