from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from articles.models.image import Image, OrderedImage

RENAMED = "renamed"  # in `source` of the row of a former domain: the key of the provider that documents mean by it


class ProviderQuerySet(models.QuerySet["Provider"]):
    def in_use(self):
        """Without the domains that only stand for another provider: only documents name those."""
        return self.filter(merged_into=None)


class Provider(models.Model):
    """The publisher of originals, identified by its domain.

    A row that is merged into another one keeps a domain that documents go on to name: see `domains_in_use`.
    """

    class Trust(models.IntegerChoices):
        LOW = -1, "low"
        NORMAL = 0, "normal"
        HIGH = 1, "high"

    domain = models.CharField(max_length=253, unique=True)
    name = models.CharField(max_length=200)
    other_names = models.JSONField(default=list, blank=True)
    description = models.TextField(blank=True)
    images = models.ManyToManyField(Image, through="ProviderImage", related_name="providers")
    trust = models.SmallIntegerField(choices=Trust, default=Trust.NORMAL)
    source = models.JSONField(default=dict, blank=True, editable=False, help_text="what documents said last")
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        help_text="the provider that this domain stands for, since it was merged or renamed",
    )
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False, help_text="+1 at every write")

    objects = ProviderQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name"), "domain"]
        permissions = [
            ("import_provider", "Can import providers from CSV and XLSX"),
            ("export_provider", "Can export providers to CSV and XLSX"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(domain=""), name="provider_has_domain"),
            models.CheckConstraint(condition=~Q(name=""), name="provider_has_name"),
            models.CheckConstraint(condition=Q(domain=Lower("domain")), name="provider_domain_is_lower_case"),
            models.CheckConstraint(condition=Q(trust__in=[-1, 0, 1]), name="provider_trust_is_known"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=models.F("id")),
                name="provider_is_not_merged_into_itself",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/providers/{self.domain}/"

    @property
    def stands_for(self) -> "Provider":
        """The provider that readers and staff see."""
        return self.merged_into or self

    @property
    def ordered_images(self) -> list[Image]:
        return [place.shown for place in self.image_links.all()]


def rows_by_domain(rows: Iterable[Provider]) -> dict[str, Provider]:
    """Returns the row that documents mean by each domain: a former domain means the provider that was renamed."""
    by_key = {row.pk: row for row in rows}
    return {row.domain: by_key.get(row.source.get(RENAMED), row) for row in by_key.values()}


def domains_in_use() -> dict[str, str]:
    """Returns for each domain that was merged or renamed the one that it stands for."""
    merged = Provider.objects.exclude(merged_into=None).order_by()
    return dict(merged.values_list("domain", "merged_into__domain"))


def domain_in_use(domain: str) -> str:
    """Returns the domain that this one stands for: most often itself."""
    merged = Provider.objects.filter(domain=domain).exclude(merged_into=None)
    return merged.values_list("merged_into__domain", flat=True).first() or domain


class ProviderImage(OrderedImage):
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="image_links")

    class Meta(OrderedImage.Meta):
        constraints = [
            models.UniqueConstraint(fields=["provider", "image"], name="provider_image_once"),
        ]
