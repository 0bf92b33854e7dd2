"""Nothing is sent again to a machine that has it already: ETag, Last-Modified, 304."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import blake2b
from time import time

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from articles import editions

DAY = 24 * 3600


def answer(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The response with its ETag and Last-Modified, or 304 to whom has these bytes."""
    return _unless_had(request, response, blake2b(response.content, digest_size=16).hexdigest())


def answer_in_parts(request: HttpRequest, make: Callable[[], Iterator[str]], content_type: str) -> HttpResponseBase:
    """The same for what is too large for the memory: made once to be named, and once more for whom has it not.

    The name is kept for a minute of an edition, so that most who ask again cost nothing.
    """
    address = request.build_absolute_uri(request.path)
    key = "parts:" + blake2b(f"{address} {editions.now()}".encode(), digest_size=16).hexdigest()
    digest = cache.get(key)
    if digest is None:
        whole = blake2b(digest_size=16)
        for part in make():
            whole.update(part.encode())
        digest = whole.hexdigest()
        # No longer than a page: where the cache was away, nobody heard of the next edition.
        cache.set(key, digest, editions.LONGEST)
    parts = make() if request.method == "GET" else []
    return _unless_had(request, StreamingHttpResponse(parts, content_type=content_type), digest)


def _unless_had(request: HttpRequest, response: HttpResponseBase, digest: str) -> HttpResponseBase:
    # Weak: what stands in front may compress the bytes.
    etag = response["ETag"] = f'W/"{digest}"'
    modified = None
    # Anybody can ask for a million filtered lists: of those nothing is remembered.
    if not request.GET:
        modified = _modified(request.build_absolute_uri(request.path), digest)
        response["Last-Modified"] = http_date(modified)
    # Django takes any response here; its stubs know HttpResponse only.
    return get_conditional_response(request, etag, modified, response) or response  # type: ignore[arg-type]


def _modified(address: str, digest: str) -> int:
    """When these bytes were first sent from this address, in seconds since 1970.

    No column knows: an article that leaves the list changes it, and one may leave by the clock alone. Two versions
    of one address never have the same second. What the cache forgets is sent once more.
    """
    key = "modified:" + blake2b(address.encode(), digest_size=16).hexdigest()
    known, moment = cache.get(key, ("", 0))
    if known == digest:
        return moment
    moment = max(int(time()), moment + 1)
    cache.set(key, (digest, moment), DAY)
    return moment
