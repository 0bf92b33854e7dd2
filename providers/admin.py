from django.contrib import admin
from django.db.models import Count
from django.db.models.functions import Lower
from import_export.admin import ImportExportMixin

from articles.admin.kept.versioned import Versioned
from articles.admin.mixins.careful_list import CarefulList
from articles.admin.mixins.image_inline import OrderedImageInline
from articles.admin.mixins.safe_keys import SafeKeys
from articles.admin.mixins.seen_by_readers import LinksToItsPage, SeenByReaders
from articles.admin.mixins.table_export import SafeExport
from articles.admin.mixins.table_import import TableImport
from articles.public.queries import visible_providers
from articles.spreadsheets.resources import ProviderResource
from articles.spreadsheets.taxonomy import PROVIDER_COLUMNS_READ_ONLY, PROVIDER_KEYS, provider_items
from providers.forms import ProviderForm
from providers.models import Provider, ProviderImage


class ProviderImageInline(OrderedImageInline):
    model = ProviderImage
    permission = "providers.change_provider"


# The stubs of ModelAdmin and of the mixins of django-import-export contradict each other.
@admin.register(Provider)
class ProviderAdmin(  # type: ignore[misc]
    Versioned, SafeKeys, SeenByReaders, LinksToItsPage, CarefulList, TableImport, SafeExport, admin.ModelAdmin
):
    import_export_change_list_template = ImportExportMixin.import_export_change_list_template
    resource_classes = (ProviderResource,)
    columns, not_taken = tuple(PROVIDER_KEYS), PROVIDER_COLUMNS_READ_ONLY
    form = ProviderForm
    fields = ("name", "domain", "other_names", "trust", "description")
    list_display = ("name", "domain", "trust", "article_count")
    list_filter = ("trust",)
    # The annotation of `get_queryset` drops the order of the model, which the autocompletion needs for its pages.
    ordering = (Lower("name"), "domain")
    list_per_page = 100
    show_full_result_count = False
    search_fields = ("name__written", "domain__written", "other_names")
    inlines = (ProviderImageInline,)

    def visible_rows(self):
        return visible_providers()

    def items_of(self, rows):
        return provider_items(rows)

    def get_readonly_fields(self, request, obj=None):
        """A domain is renamed at the desk, which leaves the old one as another name of it."""
        return ("domain",) if obj else ()

    def get_queryset(self, request):
        return super().get_queryset(request).filter(merged_into=None).annotate(article_count=Count("articles"))

    @admin.display(description="Articles", ordering="article_count")
    def article_count(self, provider):
        return provider.article_count
