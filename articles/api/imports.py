"""POST /api/imports: an archive of documents; GET /api/imports/<n>: what became of it, or of a run."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from articles import tasks
from articles.api.access import endpoint, require_on
from articles.api.problems import Problem
from articles.importing.uploads.storage import delete_files, folder_of
from articles.models import ImportRun, ImportUpload, PushToken
from articles.processes import private_files

# What a client may call an archive. Its first bytes say which kind it is.
TYPES = (
    "application/octet-stream", "application/zip", "application/x-zip-compressed", "application/gzip",
    "application/x-gzip", "application/x-tar",
)  # fmt: skip
BEGINNINGS = {b"PK": ".zip", b"\x1f\x8b": ".tar.gz"}
CHUNK = 1024 * 1024  # bytes
MOST_FILES = 1_000  # in the report
STATES = {
    "uploaded": "waiting",
    "previewing": "at work",
    "ready": "held",
    "confirmed": "waiting",
    "importing": "at work",
    "done": "done",
    "failed": "failed",
    "cancelled": "discarded",
}


@endpoint(POST=PushToken.Scope.IMPORTS)
def new_import(request: HttpRequest, token: PushToken) -> HttpResponse:
    """Takes an archive: 202, and where to ask what becomes of it."""
    require_on(token)
    if (request.content_type or "").lower() not in TYPES:
        raise Problem("wrong-type", f"Send an archive: Content-Type {', '.join(TYPES)}.")
    feed = token.feed
    upload = ImportUpload(by=feed.by, feed=feed, title=f"An archive, pushed by {token.client}")
    try:
        _store(request, upload)
    except BaseException:
        delete_files(upload)
        raise
    upload.save()
    transaction.on_commit(lambda: tasks.take_upload.enqueue(str(upload.pk)))
    location = reverse("api_import", args=[upload.pk])
    return JsonResponse({"id": str(upload.pk), "state": "waiting", "url": location}, status=202, headers={
        "Location": location,
    })  # fmt: skip


@endpoint(GET=PushToken.Scope.READ)
def one_import(request: HttpRequest, token: PushToken, number: str) -> HttpResponse:
    """Answers with the state of an archive that this feed sent, or of a run of this feed."""
    if number.isdecimal() and len(number) < 19:
        run = ImportRun.objects.filter(feed=token.feed, pk=int(number)).first()
        if run is not None:
            return JsonResponse({"id": run.pk, "state": _state_of_run(run)} | _report(run))
    elif upload := _upload_of(token, number):
        report: dict[str, Any] = {
            "id": str(upload.pk),
            "state": STATES[upload.status],
            "notice": upload.notice,
            "error": upload.error,
            "counts": upload.counts,
            "run": None,
            "files": [],
        }
        return JsonResponse(report | (_report(upload.run) if upload.run else {}))
    raise Problem("not-found", "This feed has no such import.")


def _upload_of(token: PushToken, number: str) -> ImportUpload | None:
    try:
        key = UUID(number)
    except ValueError:
        return None
    return ImportUpload.objects.select_related("run").filter(feed=token.feed, pk=key).first()


def _state_of_run(run: ImportRun) -> str:
    return {"running": "at work", "done": "done"}.get(run.status, "failed")


def _report(run: ImportRun) -> dict[str, Any]:
    files = run.files.exclude(messages=[], verdict="unchanged").order_by("pk")[: MOST_FILES + 1]
    told = [
        {"path": file.path, "verdict": file.verdict, "messages": file.messages}
        for file in files.only("run", "path", "verdict", "messages")
    ]
    return {
        "run": run.pk,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "total": run.total,
        "counts": run.counts,
        "details": run.details,
        "files": told[:MOST_FILES],
        "more_files": len(told) > MOST_FILES,
    }


def _store(request: HttpRequest, upload: ImportUpload) -> None:
    """Writes the body to the disk as it comes, without keeping it in memory."""
    if not request.META.get("CONTENT_LENGTH", ""):
        raise Problem("length-required", "Send the length of the archive: Content-Length.")
    chunk = request.read(CHUNK)
    if not chunk:
        raise Problem("bad-request", "The archive is empty.")
    place = folder_of(upload) / "archives" / f"pushed{BEGINNINGS.get(chunk[:2], '.tar')}"
    private_files.make_folder(place.parent)
    size = 0
    with private_files.open_file(place, "xb") as file:
        while chunk:
            size += len(chunk)
            if size > settings.IMPORT_MAX_BYTES:
                raise Problem("too-large", f"An archive has {settings.IMPORT_MAX_BYTES // 1024**2:,} MB at most.")
            file.write(chunk)
            chunk = request.read(CHUNK)
