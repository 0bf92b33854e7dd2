from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from articles.models.keys import KeyField, key_of
from articles.querysets import ImageQuerySet


class Image(models.Model):
    """A picture known by its URL; `file` is our own copy, where we hold one."""

    url = models.CharField("URL", max_length=2000)
    url_key = KeyField(of="url", unique=True)
    width = models.PositiveIntegerField(null=True, blank=True, help_text="pixels")
    height = models.PositiveIntegerField(null=True, blank=True, help_text="pixels")
    title = models.TextField(blank=True)
    attribution = models.TextField(blank=True)
    is_cached = models.BooleanField("cached upstream", default=False)
    file = models.ImageField("our own file", upload_to="images/", max_length=255, blank=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(url=""), name="image_has_url"),
        ]

    def __str__(self):
        return self.title or self.url

    def clean(self):
        if Image.objects.filter(url_key=key_of(self.url)).exclude(pk=self.pk).exists():
            raise ValidationError({"url": "There is a picture with this URL already."})

    @property
    def src(self) -> str:
        """Where a browser gets the picture: our own file, else the provider's http(s) URL, else ''."""
        if self.file:
            return self.file.url
        return self.url if self.url.startswith(("https://", "http://")) else ""


class OrderedImage(models.Model):
    """One picture in somebody's list of pictures; position 0 comes first."""

    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self):
        return str(self.image)
