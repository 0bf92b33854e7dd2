"""/desk/imports/runs/: every run, its report, on the page and as CSV and JSON, and the preview of its undo."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView, ListView

from articles import tasks
from articles.desk.access import IMPORT, READ_RUNS, DeskPage, staff_only
from articles.desk.download import download
from articles.desk.imports import reports
from articles.desk.imports.files import prepare, tabs_of
from articles.desk.imports.filters import FileFilter, RunFilter
from articles.desk.imports.uploads import FILES_PER_PAGE, enqueue, kept_in_address
from articles.history.runs import changes_of
from articles.importing.runs.undo import NotUndoable, require_undoable
from articles.models import ImportRun, ImportUpload, Verdict


class Runs(DeskPage, ListView):
    permission = READ_RUNS
    section = "runs"
    template_name = "desk/imports/runs.html"
    paginate_by = 30

    def get_queryset(self):
        runs = ImportRun.objects.select_related("by", "undoes", "undone_by")
        self.filter = RunFilter(self.request.GET, runs)
        return self.filter.qs

    def get_context_data(self, **kwargs):
        return super().get_context_data(filter=self.filter, kept=kept_in_address(self.request), **kwargs)


class Run(DeskPage, DetailView):
    """The report of a run."""

    permission = READ_RUNS
    section = "runs"
    template_name = "desk/imports/run.html"
    context_object_name = "run"
    queryset = ImportRun.objects.select_related("by", "undoes", "undone_by", "feed")

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        if self.object.status == ImportRun.Status.RUNNING:
            response["Refresh"] = "5"
        return response

    def get_context_data(self, **kwargs):
        chosen = FileFilter(self.request.GET, self.object.files.defer("earlier"))
        page = Paginator(chosen.qs.order_by("pk"), FILES_PER_PAGE).get_page(self.request.GET.get("page"))
        prepare(page, changes_of(list(page)))
        # A run keeps those only of which something was renewed; of the others their number.
        unchanged = self.object.files.filter(verdict=Verdict.UNCHANGED).count()
        return super().get_context_data(
            filter=chosen,
            page=page,
            kept=kept_in_address(self.request),
            tabs=tabs_of(self.object.counts | {"unchanged": unchanged}, self.object.details),
            keep_days=settings.IMPORT_KEEP_REPORTS,
            may_undo=self.request.user.has_perm(IMPORT) and is_undoable(self.object),
            **kwargs,
        )


def is_undoable(run: ImportRun) -> bool:
    try:
        require_undoable(run)
    except NotUndoable:
        return False
    return True


@require_safe
@staff_only(READ_RUNS)
def files_csv(request, pk):
    run = get_object_or_404(ImportRun, pk=pk)
    return download(reports.as_csv(run), "text/csv", f"run-{pk}.csv")


@require_safe
@staff_only(READ_RUNS)
def files_json(request, pk):
    run = get_object_or_404(ImportRun.objects.select_related("by"), pk=pk)
    return download(reports.as_json(run), "application/json", f"run-{pk}.json")


@require_POST
@staff_only(IMPORT)
def undo(request, pk):
    """Starts the preview of the undo of the run; its page asks for the confirmation."""
    run = get_object_or_404(ImportRun.objects.select_related("undoes", "undone_by"), pk=pk)
    try:
        require_undoable(run)
    except NotUndoable as refusal:
        messages.error(request, str(refusal))
        return redirect("desk_run", pk)
    upload = ImportUpload.objects.create(by=request.user, kind="undo", undoes=run, title=f"Undo run {pk}")
    enqueue(tasks.preview_upload, upload)
    return redirect("desk_upload", upload.pk)
