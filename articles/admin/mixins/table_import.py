"""Import of a table in two steps: a preview, and after its confirmation the import.

Only the file that this person sent in this session can be confirmed, never a file that a form names.
"""

import os
import tempfile
from hashlib import blake2b
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST
from import_export.admin import ImportMixin

from articles import tasks
from articles.importing.runs.lock import Held
from articles.importing.runs.run import import_items
from articles.models import Channel
from articles.spreadsheets.read import BadTable, read_table

MOST_BYTES = 10 * 1024 * 1024
MOST_SHOWN = 200
BUSY = "Another import is at work: try again when it is done."


class TableForm(forms.Form):
    file = forms.FileField(label="CSV or XLSX", help_text="Up to 10 MB and 50,000 rows.")

    def clean_file(self):
        if self.cleaned_data["file"].size > MOST_BYTES:
            raise forms.ValidationError("The file is larger than 10 MB.")
        return self.cleaned_data["file"]


# The stubs of ModelAdmin and of the mixins of django-import-export contradict each other.
class TableImport(ImportMixin, admin.ModelAdmin):  # type: ignore[misc]
    """Replaces the import of django-import-export, which would write rows without moderation and our checks."""

    columns: tuple[str, ...] = ()
    not_taken: tuple[str, ...] = ()

    def items_of(self, rows):
        raise NotImplementedError

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_process_import"
        confirm = require_POST(self.admin_site.admin_view(self.process_import))
        return [path("process_import/", confirm, name=name), *super().get_urls()]

    def import_action(self, request, **kwargs):
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = TableForm(request.POST or None, request.FILES or None)
        if request.method != "POST" or not form.is_valid():
            return self._import_page(request, form)
        content = form.cleaned_data["file"].read()
        try:
            preview = self._run(request, content, form.cleaned_data["file"].name, dry_run=True)
        except BadTable as problem:
            form.add_error("file", str(problem))
            return self._import_page(request, form)
        except Held:
            form.add_error(None, BUSY)
            return self._import_page(request, form, status=409)
        _keep(request, self._table_key, content, form.cleaned_data["file"].name)
        return self._import_page(request, form, **preview)

    def process_import(self, request, **kwargs):
        if not self.has_import_permission(request):
            raise PermissionDenied
        content, name = _kept(request, self._table_key)
        try:
            report = self._run(request, content, name, dry_run=False)["report"]
        except (Held, BadTable) as problem:
            self.message_user(request, BUSY if isinstance(problem, Held) else str(problem), messages.WARNING)
            return HttpResponseRedirect(request.path.replace("process_import", "import"))
        _forget(request, self._table_key)
        tasks.after_import()
        self.message_user(request, f"Imported: {_counts(report)}.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_importrun_change", args=[report.run]))

    @property
    def _table_key(self) -> str:
        return f"table-{self.opts.label_lower}"

    def _run(self, request, content, name, *, dry_run):
        items = self.items_of(read_table(content, (*self.columns, *self.not_taken)))
        if not items:
            raise BadTable("The table has no rows below its header.")
        options = {"by": request.user, "channel": Channel.ADMIN, "options": {"table": name[:200]}}
        report = import_items(items, dry_run=dry_run, **options)
        shown = [item for item in items if item.verdict != "unchanged" or item.messages]
        return {"report": report, "counts": _counts(report), "items": shown[:MOST_SHOWN], "number": len(shown)}

    def _import_page(self, request, form, status=200, **context):
        return TemplateResponse(
            request,
            "admin/import.html",
            {
                **self.admin_site.each_context(request),
                "title": f"Import {self.opts.verbose_name_plural}",
                "opts": self.opts,
                "form": form,
                "columns": self.columns,
                "not_taken": self.not_taken,
                "process_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_process_import"),
                "may_see_list": self.has_view_permission(request),
                **context,
            },
            status=status,
        )


def _counts(report) -> str:
    return ", ".join(f"{number} {verdict}" for verdict, number in report.counts.items() if number)


# Between the two steps the session knows the place of the file


def _keep(request, key: str, content: bytes, name: str) -> None:
    _forget(request, key)
    # `clean_uploads` deletes those that nobody confirms.
    handle, place = tempfile.mkstemp(prefix="table-", dir=settings.IMPORT_UPLOADS)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    request.session[key] = {"place": place, "digest": blake2b(content).hexdigest(), "name": name}


def _kept(request, key: str) -> tuple[bytes, str]:
    entry = request.session.get(key)
    try:
        content = Path(entry["place"]).read_bytes() if entry else b""
    except FileNotFoundError:
        content = b""
    if not entry or blake2b(content).hexdigest() != entry["digest"]:
        raise Http404("There is no table of yours that waits for this.")
    return content, entry["name"]


def _forget(request, key: str) -> None:
    if entry := request.session.pop(key, None):
        Path(entry["place"]).unlink(missing_ok=True)
