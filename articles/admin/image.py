from django.contrib import admin, messages
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.timezone import localtime

from articles import tasks
from articles.admin.kept.versioned import Versioned
from articles.admin.mixins.careful_list import CarefulList
from articles.admin.mixins.safe_keys import SafeKeys
from articles.admin.mixins.seen_by_readers import SeenByReaders
from articles.admin.mixins.thumb import thumb
from articles.forms.taxonomy import ImageForm
from articles.images import copies
from articles.models import ArticleImage, Image, TopicImage
from articles.processes import heartbeat
from providers.models import ProviderImage

USES = {
    "of_articles": ArticleImage,
    "of_topics": TopicImage,
    "of_providers": ProviderImage,
}


WRITTEN = ("title__written", "attribution__written")


def _uses(link) -> Coalesce:
    counts = link.objects.filter(image=OuterRef("pk")).order_by().values("image").annotate(n=Count("pk"))
    return Coalesce(Subquery(counts.values("n")), 0)


class CopyFilter(admin.SimpleListFilter):
    """Filters by whether we have a copy, and why not."""

    title = "our copy"
    parameter_name = "our_copy"
    choose = {
        "yes": ("held", Q(copy__isnull=False)),
        "waiting": ("not tried yet", Q(copy=None, fetched_at=None)),
        "failing": ("failed, to be tried again", Q(fetch_failures__gt=0, fetch_at__isnull=False)),
        "given-up": ("given up", Q(fetch_failures__gt=0, fetch_at=None)),
    }

    def lookups(self, request, model_admin):
        return [(value, label) for value, (label, _) in self.choose.items()]

    def queryset(self, request, queryset):
        _, condition = self.choose.get(self.value() or "", ("", Q()))
        return queryset.filter(condition)


@admin.register(Image)
class ImageAdmin(Versioned, SafeKeys, SeenByReaders, CarefulList, admin.ModelAdmin):
    form = ImageForm
    fields = ("thumbnail", "url", "file", ("width", "height"), "title", "attribution", "is_cached", "uses", "our_copy")
    readonly_fields = ("thumbnail", "uses", "our_copy")
    list_display = ("thumbnail", "name", "size", "our_copy", "is_cached", "uses")
    list_display_links = ("name",)
    list_filter = (CopyFilter, "is_cached", ("file", admin.EmptyFieldListFilter))
    list_per_page = 50
    ordering = ("-pk",)
    show_full_result_count = False
    search_fields = ("url", *WRITTEN, *(f"articleimages__{name}" for name in WRITTEN))
    actions = ("fetch_again",)

    def get_queryset(self, request):
        # What articles say of it: most images have no text of their own.
        said = ArticleImage.objects.filter(image=OuterRef("pk")).exclude(title="").order_by("pk").values("title")
        uses = {name: _uses(link) for name, link in USES.items()}
        return super().get_queryset(request).annotate(**uses, said=Subquery(said[:1]))

    def changelist_view(self, request, extra_context=None):
        _say_that_no_worker_runs(request)
        return super().changelist_view(request, extra_context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        _say_that_no_worker_runs(request)
        return super().change_view(request, object_id, form_url, extra_context)

    @admin.display(description="")
    def thumbnail(self, image):
        return thumb(image)

    @admin.display(description="Image", ordering="title")
    def name(self, image):
        text = image.title or getattr(image, "said", None) or image.url
        return text if len(text) < 100 else f"{text[:100]}…"

    @admin.display(description="Size", ordering="width")
    def size(self, image):
        return f"{image.width} × {image.height}" if image.width and image.height else "not known"

    @admin.display(description="Used by")
    def uses(self, image):
        counts = ((getattr(image, name, 0), name.removeprefix("of_").replace("_", " ")) for name in USES)
        return ", ".join(f"{count} {what}" for count, what in counts if count) or "nothing"

    @admin.display(description="Our copy")
    def our_copy(self, image):
        held = f"{image.copy_width} × {image.copy_height}" if image.copy else ""
        return ". ".join(filter(None, (held, _trouble(image)))) or "not tried yet"

    @admin.action(description="Fetch again", permissions=["change"])
    def fetch_again(self, request, queryset):
        count = copies.ask_again(Image.objects.filter(pk__in=queryset.values("pk")))
        tasks.fetch_images_later()
        self.message_user(request, f"{count:,} image{'' if count == 1 else 's'} will be fetched again.")

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if {"url", "file"} & set(form.changed_data):
            tasks.fetch_images_later()


def _say_that_no_worker_runs(request) -> None:
    if request.method == "GET" and heartbeat.is_missing():
        messages.warning(request, "No worker is running: pictures get their copies when one is started.")


def _trouble(image: Image) -> str:
    """Returns what failed, how often, and when the next try is."""
    if not image.fetch_failures:
        return ""
    times = "once" if image.fetch_failures == 1 else f"{image.fetch_failures} times"
    then = f"next try {date_format(localtime(image.fetch_at), 'j M Y, H:i')}" if image.fetch_at else "given up"
    last = date_format(localtime(image.fetched_at), "j M Y, H:i")
    return f"{image.fetch_problem} Failed {times}, last on {last}; {then}."
