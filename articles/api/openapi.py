"""GET /api/openapi.json: the push API, described for programs that make clients (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from articles.api.imports import STATES
from articles.api.problems import CONTENT_TYPE, STATUS
from articles.importing.sources.files import MAX_DOCUMENT_BYTES
from articles.models import PushToken, Verdict

VERSION = "1.0.0"
Schema = dict[str, Any]


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    return JsonResponse(description(f"{request.scheme}://{request.get_host()}"))


def description(server: str) -> Schema:
    """Returns the description; `server` is the address of this site, without a slash at its end."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Newsroom push API",
            "version": VERSION,
            "description": "Clients push front-matter documents. They are imported as from files of the same paths: "
            "with the same checks, the same merge with what people decided, and the same verdicts.",
        },
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": {
            "/api/documents/{path}": {"put": _put_document()},
            "/api/imports": {"post": _post_import()},
            "/api/imports/{id}": {"get": _get_import()},
        },
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token of the site’s staff, for one feed. Its scopes: "
                    + "; ".join(f"{scope.value}: {scope.label}" for scope in PushToken.Scope),
                }
            },
            "schemas": {
                "Problem": _problem(),
                "Message": _message(),
                "Document": _document(),
                "Accepted": _accepted(),
                "Import": _import(),
            },
        },
    }


def _put_document() -> Schema:
    return {
        "operationId": "putDocument",
        "summary": "Import one document",
        "description": "Sent again, the same bytes change nothing and make no run.",
        "parameters": [
            {
                "name": "path",
                "in": "path",
                "required": True,
                "description": "The identity of the document, as of a file: `_news/2020-06-11-title.md`. "
                "Slashes in it are part of it.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 500},
            },
            {
                "name": "Dry-Run",
                "in": "header",
                "description": "Say what would happen, and change nothing.",
                "schema": {"type": "string", "enum": ["true", "false"], "default": "false"},
            },
        ],
        "requestBody": {
            "required": True,
            "description": f"The bytes of the document, {MAX_DOCUMENT_BYTES:,} at most.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
        "responses": {
            "200": _json("Updated, unchanged, or kept; or a dry run", "Document"),
            "201": _json("A new article", "Document"),
            **_problems("bad-request", "no-token", "wrong-scope", "feed-is-off", "length-required", "too-large",
                        "rejected", "too-many", "busy"),
        },
    }  # fmt: skip


def _post_import() -> Schema:
    return {
        "operationId": "postImport",
        "summary": "Import an archive of documents",
        "description": f"{settings.IMPORT_MAX_BYTES // 1024**2:,} MB at most. A run that is odd (too much of it would "
        "be rejected, changed or gone), or whose feed asks for it, is held until a person lets it in.",
        "requestBody": {
            "required": True,
            "description": "A .zip, .tar, or .tar.gz.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
        "responses": {
            "202": _json("Taken: ask at its address what becomes of it", "Accepted")
            | {"headers": {"Location": {"schema": {"type": "string"}, "description": "where to ask"}}},
            **_problems("bad-request", "no-token", "wrong-scope", "feed-is-off", "length-required", "too-large",
                        "wrong-type", "too-many", "busy"),
        },
    }  # fmt: skip


def _get_import() -> Schema:
    return {
        "operationId": "getImport",
        "summary": "The state and the report of an archive, or of a run of this feed",
        "parameters": [
            {
                "name": "id",
                "in": "path",
                "required": True,
                "description": "The id of an archive, or the number of a run.",
                "schema": {"type": "string"},
            }
        ],
        "responses": {
            "200": _json("Its state, and the report of its run", "Import"),
            **_problems("no-token", "wrong-scope", "not-found", "too-many", "busy"),
        },
    }


def _json(what: str, schema: str) -> Schema:
    return {
        "description": what,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def _problems(*names: str) -> Schema:
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    by_status: dict[int, list[str]] = {}
    for name in names:
        by_status.setdefault(STATUS[name], []).append(name)
    return {
        str(status): {"description": ", ".join(some), "content": content} for status, some in sorted(by_status.items())
    }


def _problem() -> Schema:
    return {
        "type": "object",
        "description": "RFC 9457",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "enum": [f"urn:newsroom:problem:{name}" for name in STATUS]},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "path": {"type": "string"},
            "verdict": {"type": "string"},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Message"}},
            "run": {"type": ["integer", "null"]},
            "dry_run": {"type": "boolean"},
        },
    }


def _message() -> Schema:
    return {
        "type": "object",
        "required": ["level", "text"],
        "properties": {
            "level": {"type": "string", "enum": ["error", "warning", "note"]},
            "line": {"type": "integer"},
            "field": {"type": "string"},
            "text": {"type": "string"},
        },
    }


def _document() -> Schema:
    return {
        "type": "object",
        "required": ["path", "verdict", "article", "changes", "messages", "run", "dry_run"],
        "properties": {
            "path": {"type": "string"},
            "verdict": {"type": "string", "enum": [str(verdict) for verdict in Verdict]},
            "article": {"type": ["integer", "null"], "description": "the number of the article"},
            "changes": {"type": "array", "items": {"type": "string"}, "description": "fields of an article that was"},
            "messages": {"type": "array", "items": {"$ref": "#/components/schemas/Message"}},
            "run": {"type": ["integer", "null"], "description": "none where nothing was new, or in a dry run"},
            "dry_run": {"type": "boolean"},
        },
    }


def _accepted() -> Schema:
    return {
        "type": "object",
        "required": ["id", "state", "url"],
        "properties": {"id": {"type": "string"}, "state": {"type": "string"}, "url": {"type": "string"}},
    }


def _import() -> Schema:
    moment = {"type": ["string", "null"], "format": "date-time"}
    return {
        "type": "object",
        "required": ["id", "state", "counts", "run", "files"],
        "properties": {
            "id": {"type": ["string", "integer"]},
            "state": {"type": "string", "enum": sorted({*STATES.values()})},
            "notice": {"type": "string", "description": "why it is held"},
            "error": {"type": "string"},
            "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
            "details": {"type": "object"},
            "run": {"type": ["integer", "null"]},
            "started_at": moment,
            "finished_at": moment,
            "total": {"type": "integer"},
            "files": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["path", "verdict", "messages"],
                    "properties": {
                        "path": {"type": "string"},
                        "verdict": {"type": "string"},
                        "messages": {"type": "array", "items": {"$ref": "#/components/schemas/Message"}},
                    },
                },
            },
            "more_files": {"type": "boolean"},
        },
    }
