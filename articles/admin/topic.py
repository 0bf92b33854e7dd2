"""Topics, as the tree that they are."""

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.db.models import Count
from django.utils.html import format_html
from import_export.admin import ImportExportMixin

from articles.admin.kept.versioned import Versioned
from articles.admin.mixins.careful_list import CarefulList
from articles.admin.mixins.image_inline import OrderedImageInline
from articles.admin.mixins.safe_keys import SafeKeys
from articles.admin.mixins.seen_by_readers import LinksToItsPage, SeenByReaders
from articles.admin.mixins.table_export import SafeExport
from articles.admin.mixins.table_import import TableImport
from articles.forms.taxonomy import TopicForm
from articles.models import Topic, TopicImage
from articles.public.queries import visible_topics
from articles.spreadsheets.resources import TopicResource
from articles.spreadsheets.taxonomy import TOPIC_COLUMNS_READ_ONLY, TOPIC_KEYS, topic_items
from articles.texts import fold


class TopicChangeList(ChangeList):
    """In the order of the tree, unless the person sorts. Adds to each row the names `above` it."""

    def get_results(self, request):
        super().get_results(request)
        topics = {pk: (name, parent) for pk, name, parent in Topic.objects.values_list("pk", "name", "parent")}
        self.result_list = list(self.result_list)
        for topic in self.result_list:
            topic.above = _above(topic.pk, topics)
        if not self.params.get(ORDER_VAR):
            self.result_list.sort(key=lambda topic: [fold(name) for name in (*topic.above, topic.name)])


def _above(pk: int, topics: dict[int, tuple[str, int | None]]) -> list[str]:
    """Returns the names from the root down to the parent; a circle in old data ends where it closes."""
    names: list[str] = []
    met, parent = {pk}, topics[pk][1]
    while parent and parent not in met:
        met.add(parent)
        name, parent = topics[parent]
        names.insert(0, name)
    return names


class TopicImageInline(OrderedImageInline):
    model = TopicImage
    permission = "articles.change_topic"


# The stubs of ModelAdmin and of the mixins of django-import-export contradict each other.
@admin.register(Topic)
class TopicAdmin(  # type: ignore[misc]
    Versioned, SafeKeys, SeenByReaders, LinksToItsPage, CarefulList, TableImport, SafeExport, admin.ModelAdmin
):
    import_export_change_list_template = ImportExportMixin.import_export_change_list_template
    resource_classes = (TopicResource,)
    columns, not_taken = tuple(TOPIC_KEYS), TOPIC_COLUMNS_READ_ONLY
    form = TopicForm
    fields = ("name", "slug", "short_name", "parent", "description", "keywords", "hashtags")
    list_display = ("in_the_tree", "slug", "article_count")
    list_per_page = list_max_show_all = 1000
    # Counting the articles would lose the order of the model, and the pages of the autocompletion with it.
    ordering = ("folded", "pk")
    search_fields = ("name__written", "short_name__written", "slug__written")
    autocomplete_fields = ("parent",)
    inlines = (TopicImageInline,)

    def visible_rows(self):
        return visible_topics()

    def items_of(self, rows):
        return topic_items(rows)

    def get_changelist(self, request, **kwargs):
        return TopicChangeList

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(article_count=Count("article_links"))

    @admin.display(description="Topic", ordering="folded")
    def in_the_tree(self, topic):
        above = " › ".join(topic.above)
        depth = min(len(topic.above), 4)
        return format_html('<span class="depth-{}" title="{}">{}</span>', depth, above, topic.name)

    @admin.display(description="Articles", ordering="article_count")
    def article_count(self, topic):
        return topic.article_count
