"""The log: a line says who asked, with which request, and from where if that is wanted.

A refusal (4xx) is one line. No line holds a password, a token, a cookie or what was sent: addresses are cut before
their parameters, and the token of a link for a new password is left out.
"""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from time import monotonic
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.core.mail import mail_admins
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from newsroom.headers import client_address
from newsroom.middleware import GetResponse, is_staff_path

requests = logging.getLogger("newsroom.requests")

# A number that a proxy gave, as proxies write them: nothing else gets into the log.
GIVEN_ID = re.compile(r"[A-Za-z0-9._=+/-]{6,64}")
TOKENS = re.compile(r"(/password/reset/)[^\s/]+/[^\s/]+")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
DETAILS = re.compile(r"\nDETAIL:.*")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
# The same fault is mailed once in so many seconds.
MAIL_PAUSE = 600


# The request that is being answered; its META has its number.
_asked: ContextVar[HttpRequest | None] = ContextVar("asked", default=None)
NUMBER = "newsroom.number"


def request_number(request: HttpRequest | None = None) -> str:
    """Returns the number of the request, else of the one that is being answered: by it the log has its lines."""
    asked = request or _asked.get()
    return asked.META.get(NUMBER, "") if asked else ""


def numbered_requests(get_response: GetResponse) -> GetResponse:
    """Middleware: gives each request a number, and logs each that staff change something with."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        given = request.META.get(settings.REQUEST_ID_HEADER, "") if settings.REQUEST_ID_HEADER else ""
        request.META[NUMBER] = given if GIVEN_ID.fullmatch(given) else uuid4().hex[:12]
        token, begun = _asked.set(request), monotonic()
        try:
            response = get_response(request)
            is_change = is_staff_path(request) and request.method not in SAFE_METHODS
            if is_change and not hasattr(response, "_has_been_logged"):
                took = (monotonic() - begun) * 1000
                requests.info("%s %s: %d in %d ms", request.method, request.path, response.status_code, took)
            return response
        finally:
            _asked.reset(token)

    return middleware


class Line(logging.Formatter):
    """One line a record; only what is broken (no refusal) is followed by its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        if 400 <= getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = CONTROLS.sub(_written_out, TOKENS.sub(r"\1…", record.message))
        record.asked = self._asked(getattr(record, "request", None))
        return super().formatMessage(record)

    def formatException(self, info: Any) -> str:
        """The traceback; without what PostgreSQL says of the row, which holds the payload too."""
        return DETAILS.sub("", super().formatException(info))

    @staticmethod
    def _asked(request: HttpRequest | None) -> str:
        # Django logs a 404 after the middleware has ended, and names the request.
        asked = request if isinstance(request, HttpRequest) else _asked.get()
        if asked is None:
            return ""
        # Not `request.user`, which would ask the database.
        person = getattr(asked, "_cached_user", None)
        name = CONTROLS.sub(_written_out, person.get_username()) if person and person.pk else "-"
        words = [request_number(asked) or "-", name]
        if settings.LOG_ADDRESSES:
            words.append(client_address(asked) or "-")
        return f" [{' '.join(words)}]"


def _written_out(found: re.Match[str]) -> str:
    return repr(found[0])[1:-1]


class MailToAdmins(logging.Handler):
    """Mails what is broken to ADMINS, as it stands in the log: the same fault once in MAIL_PAUSE."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            if cache.add(f"mailed:{hash(self._place(record))}", 1, MAIL_PAUSE):
                mail_admins(self.subject(record), self.format(record))
        except Exception:
            self.handleError(record)

    @staticmethod
    def subject(record: logging.LogRecord) -> str:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else record.levelname
        return f"{kind} in request {request_number() or '-'}"

    @staticmethod
    def _place(record: logging.LogRecord) -> str:
        """Returns where it broke: file and line."""
        traceback = record.exc_info[2] if record.exc_info else None
        while traceback and traceback.tb_next:
            traceback = traceback.tb_next
        return f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}" if traceback else str(record.msg)
