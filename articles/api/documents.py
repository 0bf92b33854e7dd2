"""PUT /api/documents/<path>: one document, imported as from a file of that path."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from articles import tasks
from articles.api.access import endpoint, require_on
from articles.api.problems import Problem
from articles.documents.messages import Message
from articles.importing.runs.job import lock_holder_message
from articles.importing.runs.lock import Held
from articles.importing.runs.run import import_document
from articles.importing.sources.files import MAX_DOCUMENT_BYTES, MAX_FOLDER_DEPTH, is_document, name_problem
from articles.importing.sources.items import ImportItem
from articles.intake.taking import arrived
from articles.models import Channel, DocumentFeed, ImportRun, PushToken, Verdict

LOCK_PATIENCE = 10  # seconds to wait for other imports before the client is told to come back
CREATED = (Verdict.CREATED, Verdict.DUPLICATE)


@endpoint(PUT=PushToken.Scope.DOCUMENTS)
def document(request: HttpRequest, token: PushToken, path: str) -> HttpResponse:
    """Imports the body of the request. `Dry-Run: true` says what would happen, and changes nothing."""
    dry_run = _dry_run(request)
    require_on(token)
    if token.feed.mode == DocumentFeed.Mode.PREVIEW:
        raise Problem("preview-first", "A person looks at what this feed brings first: send an archive instead.")
    full = _checked(path, token.feed.prefix)
    raw = _body(request)
    item, run = _patiently(lambda: _import(full, raw, token, dry_run))
    if run and not dry_run:
        arrived(token.feed, ImportRun.objects.get(pk=run))
        tasks.follow_pushes_later()
    if item.verdict == Verdict.REJECTED:
        raise Problem(
            "rejected",
            str(item.messages[0]) if item.messages else "The document is rejected.",
            path=full,
            verdict=str(item.verdict),
            errors=[as_json(message) for message in item.messages],
            run=run,
            dry_run=dry_run,
        )
    answer = {
        "path": full,
        "verdict": str(item.verdict),
        "article": None if dry_run and item.verdict in CREATED else item.article or None,
        "changes": sorted(item.changes),
        "messages": [as_json(message) for message in item.messages],
        "run": run,
        "dry_run": dry_run,
    }
    return JsonResponse(answer, status=201 if item.verdict in CREATED and not dry_run else 200)


def as_json(message: Message) -> dict[str, object]:
    """Returns what is said of a document: level, line, field, text."""
    told = message.as_json()
    return {name: told[name] for name in ("level", "line", "field", "text") if told.get(name) not in (None, "")}


def _import(path: str, raw: bytes, token: PushToken, dry_run: bool) -> tuple[ImportItem, int | None]:
    """Returns the item with its verdict, and the run; None for a dry run, and where nothing is new."""
    options = {"chosen": f"{path}, pushed by {token.client}"}
    item, report = import_document(path, raw, channel=Channel.PUSH, options=options, dry_run=dry_run, feed=token.feed)
    return item, report.run if report else None


def _patiently[T](work: Callable[[], T]) -> T:
    until = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            return work()
        except Held:
            if time.monotonic() > until:
                raise Problem("busy", lock_holder_message(), headers={"Retry-After": "30"}) from None
            # Clients that wait together do not ask at the same moments.
            time.sleep(random.uniform(0.01, 0.05))  # noqa: S311


def _dry_run(request: HttpRequest) -> bool:
    match request.headers.get("Dry-Run", "false").strip().lower():
        case "true":
            return True
        case "false":
            return False
    raise Problem("bad-request", "The header Dry-Run is “true” or “false”.")


def _checked(path: str, prefix: str) -> str:
    parts = path.split("/")
    problem = name_problem(path)
    if "" in parts or "." in parts or ".." in parts or "\\" in path:
        problem = "has parts that lead elsewhere, or are empty"
    elif len(parts) > MAX_FOLDER_DEPTH + 1:
        problem = f"is more than {MAX_FOLDER_DEPTH} folders deep"
    elif any(part.startswith(".") for part in parts) or not is_document(path):
        problem = "is not that of a document: it ends with .md, .txt, .html, .yaml or .yml, and nothing in it is hidden"
    full = f"{prefix.strip('/')}/{path}" if prefix else path
    if problem := problem or name_problem(full):
        raise Problem("bad-path", f"The path {problem}.", path=path)
    return full


def _body(request: HttpRequest) -> bytes:
    if not request.META.get("CONTENT_LENGTH", ""):
        raise Problem("length-required", "Send the length of the document: Content-Length.")
    raw = request.read(MAX_DOCUMENT_BYTES + 1)
    if len(raw) > MAX_DOCUMENT_BYTES:
        raise Problem("too-large", f"A document has {MAX_DOCUMENT_BYTES:,} bytes at most.")
    return raw
