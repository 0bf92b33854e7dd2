"""/desk/imports/: upload or choose, look at the preview, confirm, watch."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import ListView, TemplateView

from articles import tasks
from articles.desk.access import CHANGE_FEEDS, IMPORT, DeskPage, staff_only
from articles.desk.imports.files import prepare, tabs_of
from articles.desk.imports.filters import PreviewFilter
from articles.desk.imports.upload_handler import ImportUploadHandler
from articles.history.runs import told_as_differences
from articles.importing.uploads.preview import Status, change_status, discard_upload, is_overdue, is_stalled
from articles.importing.uploads.progress import ask_to_cancel, cancelled_by, progress_of
from articles.importing.uploads.storage import UploadRefused, allowed_directory, delete_files
from articles.models import ImportUpload, PreviewFile, Verdict
from articles.processes import heartbeat

FILES_PER_PAGE = 50
# The verdicts of documents that an import would write: only these can be left out.
WRITTEN_VERDICTS = (Verdict.CREATED, Verdict.UPDATED, Verdict.CONFLICT, Verdict.DUPLICATE)


def own_upload(request, pk):
    """Returns the upload if it is the person's own, or a feed's and the person keeps feeds. Raises Http404 otherwise.

    A superuser may have every one.
    """
    uploads = ImportUpload.objects.select_related("by", "run", "undoes", "feed")
    upload = uploads.filter(pk=pk).first()
    if upload is None:
        raise Http404
    is_own = upload.by_id == request.user.pk if upload.feed is None else request.user.has_perm(CHANGE_FEEDS)
    if not (is_own or request.user.is_superuser):
        raise Http404
    return upload


class Imports(DeskPage, ListView):
    """The form, and the person's uploads."""

    permission = IMPORT
    section = "imports"
    template_name = "desk/imports/index.html"
    paginate_by = 20

    def get_queryset(self):
        # What came by a feed stands with its feed.
        uploads = ImportUpload.objects.select_related("by", "run").filter(feed=None)
        return uploads if self.request.user.is_superuser else uploads.filter(by=self.request.user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            roots=settings.IMPORT_ROOTS,
            max_mb=settings.IMPORT_MAX_BYTES // 1024**2,
            max_files=settings.IMPORT_MAX_FILES,
            no_worker=heartbeat.is_missing(),
            **kwargs,
        )


# The token is checked below, once it is settled where the files go.
@csrf_exempt
@require_POST
def upload(request):
    """Takes files, or the name of a directory, and starts the preview."""
    new = ImportUpload(by=request.user) if request.user.has_perm(IMPORT) else None
    request.upload_handlers = [ImportUploadHandler(request, new)]
    try:
        return _upload(request, new)
    finally:
        if new and not ImportUpload.objects.filter(pk=new.pk).exists():
            delete_files(new)


@csrf_protect
@staff_only(IMPORT)
def _upload(request, new):
    try:
        if request.POST.get("directory"):
            _choose_directory(request, new)
        else:
            _take_files(request, new)
    except UploadRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("desk_imports")
    new.save()
    enqueue(tasks.preview_upload, new)
    return redirect("desk_upload", new.pk)


def _choose_directory(request, new):
    new.kind = ImportUpload.Kind.DIRECTORY
    directory = allowed_directory(request.POST["directory"], request.POST.get("below", ""))
    new.title = new.directory = str(directory)


def _take_files(request, new):
    _ = request.POST  # reading the form is what writes the files
    handler = request.upload_handlers[0]
    if handler.too_much:
        raise UploadRefused(handler.too_much)
    if not handler.names:
        refused = "; ".join(f"{name} {why}" for name, why in handler.refused[:5])
        raise UploadRefused(f"Nothing was taken: {refused}." if refused else "Choose documents or an archive first.")
    for name, why in handler.refused[:20]:
        messages.warning(request, f"{name} {why}: it is not part of this import.")
    more = f" and {len(handler.names) - 3:,} more" if len(handler.names) > 3 else ""
    new.title = ", ".join(handler.names[:3]) + more


def enqueue(task, upload, *more):
    # A worker must not look for the row before it is there.
    transaction.on_commit(lambda: task.enqueue(str(upload.pk), *more))


class Upload(DeskPage, TemplateView):
    """The page of an upload: its progress, its preview, or its result."""

    permission = IMPORT
    section = "imports"
    template_name = "desk/imports/upload.html"

    def get(self, request, *args, **kwargs):
        self.upload = own_upload(request, kwargs["pk"])
        response = super().get(request, *args, **kwargs)
        if self.upload.is_waiting and not is_stalled(self.upload):
            # For browsers without JavaScript.
            response["Refresh"] = "3"
        return response

    def get_context_data(self, **kwargs):
        context = super().get_context_data(upload=self.upload, **kwargs) | progress_context(self.upload)
        if self.upload.status == Status.READY:
            context |= self.preview_context()
        return context

    def preview_context(self):
        chosen = PreviewFilter(self.request.GET, self.upload.files.all())
        page = Paginator(chosen.qs.order_by("pk"), FILES_PER_PAGE).get_page(self.request.GET.get("page"))
        prepare(page, told_as_differences({file.pk: file.changes for file in page}))
        return {
            "filter": chosen,
            "kept": kept_in_address(self.request),
            "page": page,
            "tabs": tabs_of(self.upload.counts, self.upload.details),
            "written": WRITTEN_VERDICTS,
        } | count_context(self.upload)


def count_context(upload):
    """Returns how many documents an import would write, and whether it would do anything."""
    left_out = upload.files.filter(left_out=True, verdict__in=WRITTEN_VERDICTS).count()
    written = sum(upload.counts.get(verdict, 0) for verdict in WRITTEN_VERDICTS) - left_out
    # Of an article that a person decided on, and of one whose facts stay, the document is stored as it came.
    unread = sum(upload.details.get("unread", {}).values())
    stored = upload.counts.get(Verdict.KEPT, 0) - unread + sum(upload.details.get("renewed", {}).values())
    if upload.undoes_id:
        does_something = any(number for verdict, number in upload.counts.items() if verdict != Verdict.KEPT)
    else:
        # A feed's run that only refuses documents is let in too: afterwards they are known.
        does_something = written > 0 or stored > 0 or upload.feed_id is not None
    return {
        "left_out": left_out,
        "total": sum(upload.counts.values()) - unread,
        "to_import": written,
        "stored": stored,
        "does_something": does_something,
    }


def progress_context(upload):
    return {
        "progress": progress_of(upload),
        "stalled": is_stalled(upload),
        "no_worker": heartbeat.is_missing(),
        "overdue": is_overdue(upload),
        "ending": upload.is_waiting and cancelled_by(upload),
    }


@require_safe
@staff_only(IMPORT)
def progress(request, pk):
    """Returns the progress as a part of the page, and whether the work goes on."""
    upload = own_upload(request, pk)
    context = progress_context(upload)
    at_work = upload.is_waiting and not context["stalled"]
    part = render_to_string("desk/imports/progress.html", {"upload": upload, **context}, request)
    return JsonResponse({"status": upload.status, "at_work": at_work, "html": part})


@require_POST
@staff_only(IMPORT)
def choose(request, pk):
    """Leaves out the rows that are not ticked, of those that the page showed; or all of a verdict."""
    upload = own_upload(request, pk)
    require_ready(upload)
    keep_choice(request, upload)
    if (verdict := request.POST.get("all")) in Verdict.values:
        upload.files.filter(verdict=verdict).update(left_out=request.POST.get("leave") == "out")
    if request.headers.get("Accept") == "application/json":
        part = render_to_string("desk/imports/count.html", {"upload": upload} | count_context(upload), request)
        return JsonResponse({"html": part})
    return redirect(back_to(request, upload))


@require_POST
@staff_only(IMPORT)
def confirm(request, pk):
    upload = own_upload(request, pk)
    keep_choice(request, upload)
    if upload.status == Status.READY and upload.counts and not count_context(upload)["does_something"]:
        messages.warning(request, "Nothing would change: there is nothing to import.")
    elif change_status(upload, Status.READY, Status.CONFIRMED, notice=""):
        enqueue(tasks.carry_out_upload, upload, request.user.pk)
    else:
        messages.warning(request, f"This is not to be confirmed now: {upload.get_status_display()}.")
    return redirect("desk_upload", pk)


@require_POST
@staff_only(IMPORT)
def cancel(request, pk):
    upload = own_upload(request, pk)
    for status in (Status.READY, Status.UPLOADED, Status.FAILED, Status.CONFIRMED):
        if change_status(upload, status, Status.CANCELLED):
            discard_upload(upload)
            messages.success(request, "Cancelled: nothing was imported, and the files are deleted.")
            return redirect("desk_imports")
    if upload.status in (Status.PREVIEWING, Status.IMPORTING):
        cancel_work(upload, request.user)
        return redirect("desk_upload", pk)
    messages.warning(request, f"This cannot be cancelled any more: {upload.get_status_display()}.")
    return redirect("desk_upload", pk)


def cancel_work(upload, by):
    """Asks the process at work to end; ends the upload itself if that process has died, or has just ended."""
    if not is_stalled(upload):
        ask_to_cancel(upload, by)
    for status in (Status.READY, *([upload.status] if is_stalled(upload) else [])):
        if change_status(upload, status, Status.CANCELLED):
            discard_upload(upload)


@require_POST
@staff_only(IMPORT)
def restart(request, pk):
    """Begins again what failed, or what its worker left behind."""
    upload = own_upload(request, pk)
    if upload.status == Status.FAILED or (upload.status == Status.PREVIEWING and is_stalled(upload)):
        change_status(upload, upload.status, Status.UPLOADED, error="")
    elif upload.status == Status.IMPORTING and is_stalled(upload):
        change_status(upload, Status.IMPORTING, Status.CONFIRMED)
    # Of two tasks for one upload, the second finds nothing to do.
    if upload.status == Status.UPLOADED:
        enqueue(tasks.preview_upload, upload)
    elif upload.status == Status.CONFIRMED:
        enqueue(tasks.carry_out_upload, upload, request.user.pk)
    return redirect("desk_upload", pk)


def require_ready(upload):
    if upload.status != Status.READY:
        raise Http404


def keep_choice(request, upload):
    """Stores which of the files on the page are taken."""
    shown = {int(pk) for pk in request.POST.getlist("shown")[:FILES_PER_PAGE] if pk.isdecimal() and len(pk) < 19}
    taken = {int(pk) for pk in request.POST.getlist("take")[:FILES_PER_PAGE] if pk.isdecimal() and len(pk) < 19}
    files = PreviewFile.objects.filter(upload=upload, upload__status=Status.READY)
    files.filter(pk__in=shown - taken).update(left_out=True)
    files.filter(pk__in=shown & taken).update(left_out=False)


def kept_in_address(request):
    """Returns the parameters of the filter, for the addresses of other pages of the list."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


def back_to(request, upload):
    """Returns the address of the same page of the same list."""
    chosen = request.GET.urlencode()
    return reverse("desk_upload", args=[upload.pk]) + (f"?{chosen}" if chosen else "") + "#files"
