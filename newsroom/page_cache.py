"""Public pages, kept for readers who are not logged in, for as long as the edition lasts.

A kept page is the whole answer, its security headers too: it is given before anything else is asked.
"""

import gzip
import logging
from functools import lru_cache
from hashlib import blake2b
from time import monotonic

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import parse_http_date_safe
from django.utils.text import compress_sequence
from redis.exceptions import RedisError

from articles import editions
from newsroom.middleware import is_of_staff

# What gives them says itself who may keep them and for how long, and that a browser has them already.
FILES = ("/media/", "/static/")
# Kept elsewhere, never the same, or as many as readers can think of.
NOT_KEPT = ("/health", "/search")
KEPT_STATUSES = (200, 301, 410)
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
WORTH_PACKING = 500  # bytes
WORDS = ("text/", "application/")
LEVEL = 6  # of gzip

# What pages are asked for by; anything else in an address would only fill the cache.
KEPT_PARAMETERS = {"after", "before", "topic", "provider", "type", "category"}
logger = logging.getLogger(__name__)


def page_cache(get_response):
    keeping = _keeping(get_response)

    def middleware(request):
        try:
            return keeping(request)
        except (RedisError, ConnectionError) as error:
            logger.warning("Pages are not kept, since the cache is away: %s", error)
            return get_response(request)

    return middleware


def _keeping(get_response):
    def middleware(request):
        # An unknown host is refused before anything is looked up by its name, a file too.
        request.get_host()
        if is_of_staff(request) or request.path.startswith(FILES):
            return get_response(request)
        if not _is_for_everyone(request):
            return _private(request, get_response(request))
        address = f"{request.scheme}://{request.get_host()}{request.get_full_path()}"
        edition = editions.current()
        key = "page:" + blake2b(f"{edition} {address}".encode(errors="replace"), digest_size=20).hexdigest()
        response = _given(caches["pages"].get(key), request)
        if response is None:
            # Counted from before it was made: an article may start or expire while it is.
            end = monotonic() + editions.seconds_left(edition) if _is_kept(request) else 0
            response = _with_headers(_whole(get_response, request))
            if (left := end - monotonic()) > 0 and _may_be_kept(response):
                kept = _packed(response)
                caches["pages"].set(key, kept, timeout=left)
                response = _given(kept, request)
            elif _is_worth_packing(response) and takes_gzip(request.headers.get("Accept-Encoding", "")):
                _pack(response)
        return _conditional(request, response)

    return middleware


def _is_for_everyone(request) -> bool:
    """Staff get no shared page, and leave none; plain HTTP is redirected first where there is HTTPS."""
    insecure = settings.SECURE_SSL_REDIRECT and not request.is_secure()
    return request.method in ("GET", "HEAD") and settings.SESSION_COOKIE_NAME not in request.COOKIES and not insecure


def _whole(get_response, request):
    """The page itself, not that it has not changed: the next reader may not have it."""
    asked = {name: request.META.pop(name) for name in CONDITIONS if name in request.META}
    request.__dict__.pop("headers", None)
    try:
        return get_response(request)
    finally:
        request.META.update(asked)
        request.__dict__.pop("headers", None)


def _private(request, response):
    # A public page sets no cookie, not even to take away one that means nothing.
    response.cookies.clear()
    if "Cache-Control" not in response:
        patch_cache_control(response, private=True, no_cache=True)
    return response


def _with_headers(response):
    """A name for these bytes, and leave for caches on the way to keep them, if they ask each time whether they hold."""
    if _is_worth_packing(response):
        patch_vary_headers(response, ["Accept-Encoding"])
    if response.status_code not in KEPT_STATUSES:
        return response
    if "ETag" not in response and not response.streaming:
        response["ETag"] = f'W/"{blake2b(response.content, digest_size=12).hexdigest()}"'
    if "Cache-Control" not in response:
        seconds = settings.CDN_SECONDS
        response["Cache-Control"] = f"public, max-age=0, s-maxage={seconds}" if seconds else "public, no-cache"
    return response


def _is_worth_packing(response) -> bool:
    """Text and its kind. Who reads along learns nothing from its length: no secret is on a public page."""
    if "Content-Encoding" in response or not response.get("Content-Type", "").startswith(WORDS):
        return False
    # What comes in parts says no length; a static file does, and was packed when it was collected.
    return "Content-Length" not in response if response.streaming else len(response.content) > WORTH_PACKING


def _pack(response) -> None:
    if response.streaming:
        response.streaming_content = compress_sequence(response.streaming_content)
    else:
        response.content = gzip.compress(response.content, LEVEL, mtime=0)
        response["Content-Length"] = len(response.content)
    response["Content-Encoding"] = "gzip"


@lru_cache(maxsize=200)
def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding (RFC 9110) has room for gzip, and likes nothing less than the bytes as they are."""
    weights = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        try:
            weights[name.strip()] = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            weights[name.strip()] = 0
    gzips = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0)))
    return gzips > 0 and gzips >= weights.get("identity", 0)


def _is_kept(request) -> bool:
    """Whether the answer, if it is a page like most, is worth keeping."""
    return (
        request.method == "GET"
        and not request.path.startswith(NOT_KEPT)
        and set(request.GET) <= KEPT_PARAMETERS
        and not isinstance(caches["pages"], DummyCache)
    )


def _may_be_kept(response) -> bool:
    return (
        response.status_code in KEPT_STATUSES
        and not response.streaming
        and not response.cookies
        and "public" in response.get("Cache-Control", "")
        and "Cookie" not in response.get("Vary", "")
    )


def _packed(response) -> tuple:
    body = response.content
    headers = [(name, value) for name, value in response.items() if name != "Content-Length"]
    small = gzip.compress(body, LEVEL, mtime=0) if _is_worth_packing(response) else None
    return response.status_code, headers, body, small


def _given(kept, request):
    if kept is None:
        return None
    status, headers, body, packed = kept
    small = packed is not None and takes_gzip(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(packed if small else body, status=status, headers=dict(headers))
    if small:
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = len(response.content)
    return response


def _conditional(request, response):
    if response.status_code != 200 or "ETag" not in response:
        return response
    modified = parse_http_date_safe(response.get("Last-Modified", ""))
    answer = get_conditional_response(request, response["ETag"], modified, response)
    if answer.status_code == 412:
        # One reader's condition is no answer for the next: no cache may have it under the leave that the page has.
        return answer
    for name, value in response.items():
        if not name.startswith("Content-") or name == "Content-Security-Policy":
            answer.headers.setdefault(name, value)
    return answer
