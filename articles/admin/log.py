"""Tombstones, reasons and tasks. Events, runs and their files are in the admin's index, but the desk shows them."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django_tasks_db.admin import DBTaskResultAdmin
from django_tasks_db.models import DBTaskResult

from articles.admin.kept.versioned import Versioned
from articles.admin.mixins.careful_list import CarefulList
from articles.admin.mixins.safe_keys import SafeKeys
from articles.admin.mixins.seen_by_readers import SeenByReaders
from articles.links import DOCUMENT
from articles.models import Event, ImportFile, ImportRun, Reason, Tombstone


class ShownByTheDesk(SafeKeys, admin.ModelAdmin):
    """Rows whose admin pages lead to the desk. Nobody can change them, not even a superuser."""

    list_url = ""  # name of the desk's page

    def address_of(self, row) -> str:
        raise NotImplementedError

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        self._require_reader(request)
        return HttpResponseRedirect(reverse(self.list_url))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method == "POST":
            raise PermissionDenied
        return self._lead_on(request, object_id)

    def history_view(self, request, object_id, extra_context=None):
        return self._lead_on(request, object_id)

    def _lead_on(self, request, object_id):
        self._require_reader(request)
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined]  # not in the stubs
                request, self.opts, object_id
            )
        return HttpResponseRedirect(self.address_of(row))

    def _require_reader(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied


@admin.register(Event)
class EventAdmin(ShownByTheDesk):
    list_url = "desk_log"

    def address_of(self, event):
        return f"{reverse('desk_log')}?article={event.article_id}#event-{event.pk}"


@admin.register(ImportRun)
class ImportRunAdmin(ShownByTheDesk):
    list_url = "desk_runs"

    def address_of(self, run):
        return reverse("desk_run", args=[run.pk])


@admin.register(ImportFile)
class ImportFileAdmin(ShownByTheDesk):
    list_url = "desk_runs"

    def address_of(self, file):
        return reverse("desk_run", args=[file.run_id])


@admin.register(Tombstone)
class TombstoneAdmin(SafeKeys, CarefulList, admin.ModelAdmin):
    """After a tombstone is deleted, the next import creates the article again."""

    list_display = ("title", "path", "deleted_by", "deleted_at")
    list_select_related = ("deleted_by",)
    search_fields = ("title__written", "path", "canonical_url")
    delete_confirmation_template = "admin/articles/tombstone/revive.html"
    fields = ("title", "path", "link", "deleted_by", "deleted_at")
    readonly_fields = ("link",)

    @admin.display(description="canonical URL")
    def link(self, tombstone):
        return "" if tombstone.canonical_url.startswith(DOCUMENT) else tombstone.canonical_url

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_actions(self, request, action_location=admin.ActionLocation.CHANGE_LIST):
        actions = super().get_actions(request, action_location=action_location)
        if delete := actions.get("delete_selected"):
            delete.description = "Revive"
            delete.plural_description = "Revive: let imports bring these back"
        return actions


@admin.register(Reason)
class ReasonAdmin(Versioned, SafeKeys, SeenByReaders, CarefulList, admin.ModelAdmin):
    list_display = ("label", "slug", "position", "active")
    prepopulated_fields = {"slug": ("label",)}


admin.site.unregister(DBTaskResult)


@admin.register(DBTaskResult)
class TaskResultAdmin(CarefulList, DBTaskResultAdmin):
    pass
