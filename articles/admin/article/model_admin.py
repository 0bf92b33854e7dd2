from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpResponseRedirect
from django.urls import reverse

from articles.admin.article.cells import ArticleCells
from articles.admin.article.change_list import DATES, ArticleChangeList
from articles.admin.article.columns import ArticleColumns
from articles.admin.article.read_only import ArticleRecordLines
from articles.admin.article.save_form import ArticleSaving
from articles.admin.mixins.safe_keys import SafeKeys
from articles.admin.mixins.seen_by_readers import LinksToItsPage
from articles.admin.mixins.table_export import SafeExport
from articles.admin.mixins.table_import import TableImport
from articles.forms.filters import SEARCHED_FIELDS, found_by
from articles.models import Article
from articles.spreadsheets.articles import ARTICLE_COLUMNS, ARTICLE_COLUMNS_READ_ONLY, article_items
from articles.spreadsheets.resources import ArticleResource


# The stubs of ModelAdmin and of the mixins of django-import-export contradict each other, here and below.
@admin.register(Article)
class ArticleAdmin(  # type: ignore[misc]
    ArticleCells,
    ArticleSaving,
    ArticleRecordLines,
    ArticleColumns,
    LinksToItsPage,
    TableImport,
    SafeExport,
    SafeKeys,
    admin.ModelAdmin,
):
    change_list_template = "admin/articles/article/change_list.html"  # type: ignore[misc]
    import_export_change_list_template = None  # type: ignore[assignment]
    resource_classes = (ArticleResource,)
    columns, not_taken = ARTICLE_COLUMNS, ARTICLE_COLUMNS_READ_ONLY
    search_fields = SEARCHED_FIELDS
    date_hierarchy = "published_at"
    ordering = ("-published_at", "-pk")

    def get_changelist(self, request, **kwargs):
        return ArticleChangeList

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("provider").defer("secured", "source", "source_digest")

    def get_search_results(self, request, queryset, search_term):
        return found_by(queryset, search_term), False

    def lookup_allowed(self, lookup, value, request=None):
        # Django would let people search any column by the address, `secured` too.
        return lookup in DATES

    def items_of(self, rows):
        return article_items(rows)

    def visible_rows(self):
        return Article.objects.visible()

    def history_view(self, request, object_id, extra_context=None):
        """Leads to the desk's history: Django's own knows neither values nor reasons."""
        article = self.get_object(request, unquote(object_id))
        if article is None:
            return self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined]  # not in the stubs
                request, self.opts, object_id
            )
        if not self.has_view_permission(request, article):
            return super().history_view(request, object_id, extra_context)
        return HttpResponseRedirect(reverse("desk_article_history", args=[article.pk]))

    # Who may: articles come from documents, and moderators change three of their fields.

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return self.has_decide_permission(request, obj) or super().has_change_permission(request, obj)
