from copy import copy

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from articles.models.keys import KeyField, key_of

WIDTHS = (320, 640, 1280)


class Image(models.Model):
    """An image with a URL; `file` is an upload by staff that replaces it.

    `copy` is the digest of our own copy of either, made by `articles.images`: WebP files in up to three widths. Images
    with the same content share a copy. `width` and `height` are the values in the document. `title` and `attribution`
    are what staff say of it everywhere: a place says what a document or an editor says of it there (`OrderedImage`).
    """

    url = models.CharField("URL", max_length=2000)
    url_key = KeyField(of="url", unique=True)
    width = models.PositiveIntegerField(null=True, blank=True, help_text="pixels")
    height = models.PositiveIntegerField(null=True, blank=True, help_text="pixels")
    title = models.TextField(blank=True)
    attribution = models.TextField(blank=True)
    is_cached = models.BooleanField("cached upstream", default=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False, help_text="+1 at every write")
    file = models.ImageField("our own file", upload_to="images/", max_length=255, blank=True)

    copy = models.CharField(  # noqa: DJ001 - an index of those that have one needs NULL for none
        "our copy", max_length=32, null=True, blank=True, editable=False, help_text="the digest of its bytes"
    )
    copy_width = models.PositiveIntegerField(null=True, blank=True, editable=False, help_text="of the widest")
    copy_height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    fetch_at = models.DateTimeField(
        "next try", null=True, blank=True, editable=False, default=timezone.now, db_default=Now()
    )
    fetched_at = models.DateTimeField("last try", null=True, blank=True, editable=False)
    fetch_failures = models.PositiveSmallIntegerField("failed tries", default=0, db_default=0, editable=False)
    fetch_problem = models.CharField("why there is no copy", max_length=200, blank=True, db_default="", editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(url=""), name="image_has_url"),
            models.CheckConstraint(
                condition=Q(copy=None, copy_width=None, copy_height=None)
                # A check accepts NULL, and so `copy_width > 0` alone would accept a missing width.
                | Q(
                    copy__isnull=False,
                    copy_height__isnull=False,
                    copy_width__isnull=False,
                    copy_height__gt=0,
                    copy_width__gt=0,
                ),
                name="image_copy_is_whole",
            ),
        ]
        indexes = [
            # For the images that a requested file belongs to.
            models.Index(fields=["copy"], condition=Q(copy__isnull=False), name="image_by_copy"),
            models.Index(fields=["file"], condition=~Q(file=""), name="image_by_file"),
            models.Index(fields=["fetch_at"], condition=Q(fetch_at__isnull=False), name="image_by_next_try"),
        ]

    def __str__(self):
        return self.title or self.url

    def clean(self):
        if Image.objects.filter(url_key=key_of(self.url)).exclude(pk=self.pk).exists():
            raise ValidationError({"url": "There is a picture with this URL already."})

    @property
    def src(self) -> str:
        """The address for browsers: of our copy, of the upload, or else the provider's http(s) URL; '' without any.

        NEWSROOM_REMOTE_IMAGES decides whether readers get images of other sites, and whether directly from these.
        """
        if self.has_copy:
            return self.copy_url(self.copy_widths[-1])
        if self.file:
            return self.file.url
        linked = settings.REMOTE_IMAGES == "link" and self.url.startswith(("https://", "http://"))
        return self.url if linked else ""

    @property
    def thumb_src(self) -> str:
        """The same in the smallest width that we have."""
        return self.copy_url(self.copy_widths[0]) if self.has_copy else self.src

    @property
    def srcset(self) -> str:
        """The attribute `srcset` with all widths of our copy, or ''."""
        if not self.has_copy:
            return ""
        return ", ".join(f"{self.copy_url(width)} {width}w" for width in self.copy_widths)

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height of the image at `src`: measured if it is our copy, else those in the document; or None."""
        width, height = (self.copy_width, self.copy_height) if self.has_copy else (self.width, self.height)
        return (width, height) if width and height else None

    @property
    def has_copy(self) -> bool:
        """Whether there is a copy that readers may get: with NEWSROOM_REMOTE_IMAGES=off, only one of an upload."""
        return bool(self.copy) and (bool(self.file) or settings.REMOTE_IMAGES != "off")

    @property
    def copy_widths(self) -> list[int]:
        """The widths of our copy in ascending order; none is wider than the original."""
        widest = self.copy_width or 0
        return [*(width for width in WIDTHS if width < widest), widest]

    def copy_url(self, width: int) -> str:
        return default_storage.url(copy_name(self.copy or "", width))


def copy_name(copy: str, width: int) -> str:
    """The name in the storage of one width of a copy."""
    return f"copies/{copy[:2]}/{copy}-{width}.webp"


class OrderedImage(models.Model):
    """The place of an image in the ordered list of a row; position 0 is the first.

    A document, and an editor of the row, say of an image what is true at this place. Where the place says nothing, the
    texts of the image itself are shown: never those that another document has for it.
    """

    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="%(class)ss")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.TextField(blank=True, default="", db_default="")
    attribution = models.TextField(blank=True, default="", db_default="")

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self):
        return str(self.shown)

    @property
    def shown(self) -> Image:
        """The image with the texts that readers see at this place: to be shown, never to be saved."""
        if not (self.title or self.attribution):
            return self.image
        image = copy(self.image)
        image.title, image.attribution = self.title or image.title, self.attribution or image.attribution
        return image
