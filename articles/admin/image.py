from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from articles.admin.keys import SafeKeys
from articles.admin.lists import CarefulList
from articles.admin.pictures import thumb
from articles.models import ArticleImage, Image, RelatedImage, TopicImage
from articles.vocabulary_forms import ImageForm
from providers.models import ProviderImage

USES = {
    "of_articles": ArticleImage,
    "of_related_links": RelatedImage,
    "of_topics": TopicImage,
    "of_providers": ProviderImage,
}


def _uses(link) -> Coalesce:
    counts = link.objects.filter(image=OuterRef("pk")).order_by().values("image").annotate(n=Count("pk"))
    return Coalesce(Subquery(counts.values("n")), 0)


@admin.register(Image)
class ImageAdmin(SafeKeys, CarefulList, admin.ModelAdmin):
    form = ImageForm
    fields = ("picture", "url", "file", ("width", "height"), "title", "attribution", "is_cached", "uses")
    readonly_fields = ("picture", "uses")
    list_display = ("picture", "name", "size", "is_cached", "uses")
    list_display_links = ("name",)
    list_filter = ("is_cached", ("file", admin.EmptyFieldListFilter))
    list_per_page = 50
    ordering = ("-pk",)
    show_full_result_count = False
    search_fields = ("title", "url", "attribution")

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(**{name: _uses(link) for name, link in USES.items()})

    @admin.display(description="")
    def picture(self, image):
        return thumb(image, large=False)

    @admin.display(description="Image", ordering="title")
    def name(self, image):
        text = str(image)
        return text if len(text) < 100 else f"{text[:100]}…"

    @admin.display(description="Size", ordering="width")
    def size(self, image):
        return f"{image.width} × {image.height}" if image.width and image.height else "not known"

    @admin.display(description="Used by")
    def uses(self, image):
        counts = ((getattr(image, name, 0), name.removeprefix("of_").replace("_", " ")) for name in USES)
        return ", ".join(f"{count} {what}" for count, what in counts if count) or "nothing"
