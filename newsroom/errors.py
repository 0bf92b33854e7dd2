"""Pages of errors: at the desk and in the admin in the frame of the desk, elsewhere those of the site."""

from __future__ import annotations

import logging
from functools import lru_cache

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import defaults

from newsroom.hashing import Busy
from newsroom.logs import request_number
from newsroom.middleware import GetResponse, is_staff_path

AT_DESK = "desk/error.html"
BUSY_PAUSE = 60  # seconds
logger = logging.getLogger(__name__)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _at_desk(request, 400, str(exception)) or defaults.bad_request(request, exception)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _at_desk(request, 403, str(exception)) or defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _at_desk(request, 404) or defaults.page_not_found(request, exception)


def broken(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database, which may be what is broken: the page at the desk has no navigation."""
    if is_staff_path(request):
        return render(None, AT_DESK, {"status": 500, "number": request_number()}, status=500)
    return render(None, "500.html", {"number": request_number()}, status=500)


class BusyWithPasswords:
    """Middleware: says so where too many passwords are checked at this moment. The form can be sent again."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return busy() if isinstance(error, Busy) else None


def busy() -> HttpResponse:
    """The answer to one login too many. Of a flood of them the log has a line in so many seconds, not each."""
    answer = HttpResponse(_busy_page(), status=503)
    answer["Retry-After"] = "5"
    answer._has_been_logged = True  # type: ignore[attr-defined]  # as Django's own refusals say it
    if cache.add("busy", 1, BUSY_PAUSE):
        logger.warning("More people log in than passwords can be checked: some are told to come back.")
    return answer


@lru_cache
def _busy_page() -> str:
    """Made once: a flood of logins gets this page, and must not cost more than a reader."""
    return render_to_string("desk/sign_in/busy.html")


def _at_desk(request: HttpRequest, status: int, why: str = "") -> HttpResponse | None:
    user = getattr(request, "user", None)
    if user is None or not is_staff_path(request) or not user.is_staff:
        return None
    return render(request, AT_DESK, {"status": status, "why": why}, status=status)
