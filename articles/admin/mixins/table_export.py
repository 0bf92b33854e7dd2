"""Export of a list as CSV or XLSX, with the filters of the list. A wrong filter exports nothing."""

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpResponseRedirect
from django.urls import reverse
from import_export.admin import ExportMixin

from articles.spreadsheets.write import CSV, XLSX


# The stubs of ModelAdmin and of the mixins of django-import-export contradict each other.
class SafeExport(ExportMixin, admin.ModelAdmin):  # type: ignore[misc]
    formats = [CSV, XLSX]
    export_template_name = "admin/export.html"

    def export_action(self, request):
        try:
            return super().export_action(request)
        except IncorrectLookupParameters as error:
            self.message_user(request, f"Nothing was exported. {error}", messages.ERROR)
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
            return HttpResponseRedirect(reverse(name))

    def get_export_queryset(self, request):
        changelist = self.get_changelist_instance(request)
        if problems := getattr(changelist, "problems", ()):
            raise IncorrectLookupParameters(" ".join(problems))
        return changelist.queryset

    def get_data_for_export(self, request, queryset, **kwargs):
        kwargs["force_native_type"] = True
        return super().get_data_for_export(request, queryset, **kwargs)

    def get_valid_export_item_pks(self, request):
        # The list is what is exported: no keys are taken from the form.
        return []
