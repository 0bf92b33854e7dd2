from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Cast
from django.db.models.lookups import Contains
from django.utils import timezone

from articles.models.choices import Category, Clearing, Queue, State, Type
from articles.models.image import Image
from articles.models.keys import URL_LENGTH
from articles.models.moments import MomentField
from articles.models.querysets import ArticleQuerySet
from articles.models.topic import Topic

REVIEWED = Q(reviewed_at__isnull=False)
# A review is about what stands at this link of this provider.
TAKING_BACK = frozenset({"removed", "published"})
DECIDED_ON = frozenset({"web_url", "original_url", "provider"})


def _in_conflict(*names: str) -> Q:
    """Returns the condition that one of these fields is among the conflicts."""
    conflicts = Cast("conflicts", models.TextField())
    return reduce(or_, (Q(Contains(conflicts, f'"{name}"')) for name in names))


# By which the lists of the desk are narrowed: their indexes have these columns too.
FILTERED = ("type", "category", "provider", "quality", "heat")


class Article(models.Model):
    """An article of a provider, as a document describes it, and with the decisions of people on it.

    Only `articles.moderation` (for people) and `articles.importing` (for documents) write articles. Values that depend
    on others are derived: `state` and `queue` by the database, `rank` and `priority` when an article is written.
    """

    path = models.CharField(  # noqa: DJ001 - unique, so none is not ""
        max_length=500, null=True, blank=True, help_text="of the document, relative to the imported root"
    )
    # Stands before the long columns: an import reads it of thousands of unchanged documents.
    source_digest = models.BinaryField(default=b"", max_length=16, help_text="BLAKE2b of the document's bytes")
    slug = models.SlugField(max_length=100, db_index=False)
    category = models.CharField(max_length=20, choices=Category, default=Category.NEWS)
    type = models.CharField(max_length=20, choices=Type, default=Type.ARTICLE)
    title = models.CharField(max_length=500)
    excerpt = models.TextField(blank=True)
    body = models.TextField(blank=True, help_text="what follows the front matter, as it came")
    web_url = models.CharField("web URL", max_length=URL_LENGTH, blank=True)
    original_url = models.CharField("original URL", max_length=URL_LENGTH, blank=True)
    amp_url = models.CharField("AMP URL", max_length=URL_LENGTH, blank=True)
    cdn_amp_url = models.CharField("CDN AMP URL", max_length=URL_LENGTH, blank=True)
    canonical_url = models.CharField("canonical URL", max_length=URL_LENGTH, editable=False)
    twin_key = models.BigIntegerField(
        default=0, editable=False, help_text="the key of links.twin_key: equal for spellings of what is one page"
    )
    published_at = MomentField("original's date", help_text="when the provider published the original")
    provider = models.ForeignKey(
        "providers.Provider", on_delete=models.PROTECT, related_name="articles", db_index=False
    )
    topics = models.ManyToManyField(Topic, through="ArticleTopic", related_name="articles")
    images = models.ManyToManyField(Image, through="ArticleImage", related_name="articles")

    quality = models.IntegerField(default=0, help_text="how good: 0 and up")
    heat = models.IntegerField(default=-1, help_text="how hot: 0 and up; −1 is not scored")
    rank = models.FloatField(default=0, editable=False, help_text="orders the front page")

    published = models.BooleanField(default=False, help_text="lets readers see it")
    document_publishes = models.BooleanField(
        null=True, editable=False, help_text="the flag of its document; NULL for a collection without one"
    )
    publish_at = MomentField(null=True, blank=True, help_text="not before")
    expires_at = MomentField(null=True, blank=True, help_text="not after")
    # These foreign keys are NULL in most rows: their indexes are partial, in Meta.
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews",
        db_index=False,
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    ruled_by = models.ForeignKey(
        "RuleVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="ruled",
        db_index=False,
        help_text="the rule that decided, until a person does",
    )
    second_look = models.BooleanField(
        default=False, db_default=False, editable=False, help_text="a person is to look at what a rule decided"
    )
    first_published_at = models.DateTimeField(null=True, blank=True, help_text="when readers could first see it")
    state = models.GeneratedField(
        expression=Case(
            When(published=True, reviewed_at__isnull=False, then=Value("published")),
            When(published=True, then=Value("live")),
            When(cleared_as="covered", reviewed_at__isnull=False, then=Value("covered")),
            # What it is a duplicate of may have been deleted.
            When(
                cleared_as="duplicate",
                reviewed_at__isnull=False,
                duplicate_of__isnull=False,
                then=Value("duplicate"),
            ),
            When(reviewed_at__isnull=False, first_published_at__isnull=False, then=Value("withdrawn")),
            When(reviewed_at__isnull=False, then=Value("rejected")),
            default=Value("pending"),
        ),
        output_field=models.CharField(max_length=20, choices=State),
        db_persist=True,
    )
    version = models.PositiveIntegerField(default=1, editable=False, help_text="+1 at every write")
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        db_index=False,
    )
    claimed_until = models.DateTimeField(null=True, blank=True)
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="duplicates", db_index=False
    )
    cleared_as = models.CharField(
        max_length=10,
        choices=Clearing,
        blank=True,
        db_default="",
        default="",
        help_text="covered: listed under its story as a link; duplicate: its readers go to the other article",
    )
    together = models.JSONField(
        default=list, blank=True, db_default=[], editable=False, help_text="keys of articles that tell the same story"
    )
    apart = models.JSONField(
        default=list, blank=True, db_default=[], editable=False, help_text="keys of articles that tell another story"
    )
    lead_at = models.DateTimeField(null=True, blank=True, help_text="since when it leads its story")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        db_index=False,
    )
    flag = models.CharField(
        max_length=500, blank=True, db_default="", default="", help_text="why a colleague wants another look"
    )
    notes = models.TextField(blank=True, db_default="", default="", help_text="for colleagues only")
    pinned_at = models.DateTimeField(null=True, blank=True, help_text="since when it leads the front page")

    removed = models.BooleanField(
        "taken back by the source", default=False, editable=False, help_text="as its document says"
    )
    related_closed = models.BooleanField(
        "list of related links is closed", default=False, help_text="new links of documents arrive hidden"
    )
    run = models.ForeignKey(
        "ImportRun",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="articles",
        db_index=False,
        help_text="the import that wrote it last",
    )

    extra = models.JSONField(default=dict, blank=True, editable=False, help_text="the document's other keys")
    secured = models.TextField(blank=True, editable=False, help_text="an encrypted payload: never shown")
    source = models.BinaryField(default=b"", help_text="the document at the last import, compressed")
    conflicts = models.JSONField(
        default=list, blank=True, editable=False, help_text="fields that both the document and a person changed"
    )

    queue = models.GeneratedField(
        expression=Case(
            When(~Q(flag=""), then=Value("flagged")),
            When(_in_conflict(*sorted(TAKING_BACK)) & Q(published=True), then=Value("removed")),
            # Whoever decided has not seen what the document says now.
            When(_in_conflict(*sorted(DECIDED_ON)) & REVIEWED, then=Value("changed")),
            When(Q(removed=True, published=False, reviewed_at=None), then=Value("")),
            When(~Q(conflicts=[]) & (Q(published=True) | Q(reviewed_at=None)), then=Value("conflict")),
            When(Q(duplicate_of__isnull=False) & (Q(published=True) | Q(reviewed_at=None)), then=Value("duplicate")),
            When(published=True, reviewed_at=None, then=Value("live")),
            When(reviewed_at=None, then=Value("pending")),
            When(second_look=True, then=Value("second_look")),
            default=Value(""),
        ),
        output_field=models.CharField(max_length=20, choices=Queue),
        db_persist=True,
    )
    priority = models.FloatField(default=0, editable=False, help_text="orders the queue: articles.priority")

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_for_readers_at = models.DateTimeField(
        default=timezone.now, editable=False, help_text="when readers could see something else: articles.history.seen"
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        permissions = [
            ("moderate_article", "Can publish, reject, withdraw, reopen and score articles"),
            ("import_article", "Can import articles from CSV and XLSX"),
            ("export_article", "Can export articles to CSV and XLSX"),
        ]
        constraints = [
            # Not `unique=True`: on PostgreSQL Django would create a second index of each, for LIKE.
            models.UniqueConstraint(fields=["path"], name="article_path_once"),
            models.UniqueConstraint(fields=["slug"], name="article_slug_once"),
            models.CheckConstraint(condition=~Q(title=""), name="article_has_title"),
            models.CheckConstraint(condition=~Q(slug=""), name="article_has_slug"),
            models.CheckConstraint(condition=~Q(canonical_url=""), name="article_has_link"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="article_category_is_known"),
            models.CheckConstraint(condition=Q(type__in=Type.values), name="article_type_is_known"),
            models.CheckConstraint(condition=Q(quality__gte=0), name="article_quality_from_0"),
            models.CheckConstraint(condition=Q(heat__gte=-1), name="article_heat_from_minus_1"),
            models.CheckConstraint(
                condition=Q(reviewed_by=None, ruled_by=None, reviewed_at=None)
                | Q(reviewed_by__isnull=False, ruled_by=None, reviewed_at__isnull=False)
                | Q(reviewed_by=None, ruled_by__isnull=False, reviewed_at__isnull=False),
                name="article_review_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(second_look=False) | Q(ruled_by__isnull=False), name="article_second_look_at_a_rule"
            ),
            models.CheckConstraint(
                condition=Q(cleared_as__in=["", *Clearing.values]), name="article_clearing_is_known"
            ),
            models.CheckConstraint(
                condition=Q(cleared_as="") | Q(published=False, reviewed_at__isnull=False),
                name="article_cleared_by_decision",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by=None, claimed_until=None)
                | Q(claimed_by__isnull=False, claimed_until__isnull=False),
                name="article_claim_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(published=False) | Q(first_published_at__isnull=False),
                name="article_published_has_first_time",
            ),
            models.CheckConstraint(
                condition=Q(publish_at=None) | Q(expires_at=None) | Q(expires_at__gt=F("publish_at")),
                name="article_expires_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["-rank", "-id"], condition=Q(published=True), name="article_front"),
            # Includes the columns of `visible()`, so that jumping to a far page reads the index only.
            models.Index(
                fields=["-published_at", "-id", "published", "category", "publish_at", "expires_at"],
                condition=Q(published=True),
                name="article_latest",
            ),
            # The same for the lists of the upstream JSON that are ordered by heat.
            models.Index(
                fields=["category", "-heat", "path", "published", "publish_at", "expires_at"],
                condition=Q(published=True),
                name="article_hottest",
            ),
            # For the files of the sitemap, each a range of keys of which readers may see none.
            models.Index(
                fields=["id", "published", "publish_at", "expires_at"],
                condition=Q(published=True),
                name="article_visible_by_key",
            ),
            models.Index(fields=["provider", "-published_at", "-id"], name="article_by_provider"),
            # For the desk of providers: what came from each, and what became of it, without reading a row.
            models.Index(
                fields=["provider", "-created_at", "queue", "published", "reviewed_by", "ruled_by"],
                name="article_by_arrival",
            ),
            # The same for one provider: `visible_providers` must not read the rows of one with hidden articles only.
            models.Index(
                fields=["provider", "-published_at", "-id", "published", "publish_at", "expires_at"],
                condition=Q(published=True),
                name="article_latest_by_provider",
            ),
            models.Index(fields=["state", "-published_at", "-id", *FILTERED], name="article_by_state"),
            models.Index(fields=["-published_at", "-id"], name="article_by_date"),
            models.Index(fields=["twin_key"], name="article_by_twin"),
            models.Index(fields=["-priority", "-id", *FILTERED], condition=~Q(queue=""), name="article_queue"),
            models.Index(
                fields=["queue", "-priority", "-id", *FILTERED],
                condition=~Q(queue=""),
                name="article_queue_by_reason",
            ),
            # The queue by date; without this index, finding a few waiting articles reads many others.
            models.Index(
                fields=["-published_at", "-id", *FILTERED],
                condition=~Q(queue=""),
                name="article_queue_by_date",
            ),
            models.Index(fields=["-pinned_at"], condition=Q(pinned_at__isnull=False), name="article_pinned"),
            models.Index(fields=["state"], condition=Q(removed=True), name="article_taken_back"),
            *(
                models.Index(fields=[name], condition=Q(**{f"{name}__isnull": False}), name=f"article_by_{name}")
                # The first two for the next start or expiry, until which an edition lasts.
                for name in (
                    "publish_at",
                    "expires_at",
                    "reviewed_by",
                    "ruled_by",
                    "claimed_by",
                    "assigned_to",
                    "duplicate_of",
                )
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"/articles/{self.slug}/"

    def get_state_display(self) -> str:
        # Django adds no such method for a generated field.
        return State(self.state).label.lower()

    @property
    def waits_for_the_source(self) -> bool:
        """Whether its document says something that whoever decided on the article has not seen: see `queue`."""
        return self.was_taken_back or self.changed_since_decision

    @property
    def was_taken_back(self) -> bool:
        """Whether its source has taken back what a person published."""
        return self.published and not TAKING_BACK.isdisjoint(self.conflicts)

    @property
    def changed_since_decision(self) -> bool:
        """Whether its document now leads elsewhere than where the decision was about."""
        return self.reviewed_at is not None and not DECIDED_ON.isdisjoint(self.conflicts)

    @property
    def url(self) -> str:
        """The URL of the original; '' for a collection of other articles that has none of its own."""
        return self.web_url or self.original_url

    @property
    def has_items(self) -> bool:
        """Whether its document lists other articles, which are then what a reader comes for."""
        return bool(isinstance(self.extra.get("items"), list) and self.extra["items"])

    @property
    def ordered_topics(self) -> list[Topic]:
        return [link.topic for link in self.topic_links.all()]

    @property
    def ordered_images(self) -> list[Image]:
        return [place.shown for place in self.image_links.all()]

    @property
    def lead_image(self) -> Image | None:
        return next((image for image in self.ordered_images if image.src), None)
