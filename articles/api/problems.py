"""Problems of requests to the push API, as JSON of RFC 9457 (application/problem+json)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

CONTENT_TYPE = "application/problem+json"
# What `type` names, with the status that goes with it.
STATUS = {
    "bad-request": 400,
    "no-token": 401,
    "wrong-scope": 403,
    "not-found": 404,
    "wrong-method": 405,
    "feed-is-off": 409,
    "preview-first": 409,
    "length-required": 411,
    "too-large": 413,
    "wrong-type": 415,
    "bad-path": 422,
    "rejected": 422,
    "too-many": 429,
    "busy": 503,
}


class Problem(Exception):
    """A request that is not carried out: `detail` is a sentence for the people who run the client."""

    def __init__(self, name: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any):
        super().__init__(detail)
        self.name, self.detail, self.headers, self.more = name, detail, headers or {}, more

    def answer(self) -> HttpResponse:
        return problem_answer(self.name, self.detail, headers=self.headers, **self.more)


def problem_answer(name: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> HttpResponse:
    """Returns the answer; `more` are further members of the problem."""
    status = STATUS[name]
    body = {
        "type": f"urn:newsroom:problem:{name}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, headers=headers, content_type=CONTENT_TYPE)
