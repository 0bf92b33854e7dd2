"""Conditional responses: ETag, Last-Modified, and 304 to a client that already has the content."""

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
from articles.public.origin import absolute

DAY = 24 * 3600


def conditional_response(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """Returns the response with ETag and Last-Modified, or 304 if the client already has this ETag."""
    return _conditional(request, response, blake2b(response.content, digest_size=16).hexdigest())


def conditional_stream(request: HttpRequest, make: Callable[[], Iterator[str]], content_type: str) -> HttpResponseBase:
    """The same for a response that is too large to hold in memory.

    `make` generates it once to compute the ETag, and again to send it. The ETag is cached for an edition, but at most
    MAX_PAGE_AGE seconds, so that most repeated requests do not generate it at all.
    """
    address = absolute(request, request.path)
    key = "parts:" + blake2b(f"{address} {editions.fingerprint()}".encode(), digest_size=16).hexdigest()
    digest = cache.get(key)
    if digest is None:
        whole = blake2b(digest_size=16)
        for part in make():
            whole.update(part.encode())
        digest = whole.hexdigest()
        # As long as pages: while the cache is unreachable, no process hears of a new edition.
        cache.set(key, digest, editions.MAX_PAGE_AGE)
    parts = make() if request.method == "GET" else []
    return _conditional(request, StreamingHttpResponse(parts, content_type=content_type), digest)


def _conditional(request: HttpRequest, response: HttpResponseBase, digest: str) -> HttpResponseBase:
    # Weak, since a proxy may compress the body.
    etag = response["ETag"] = f'W/"{digest}"'
    modified = None
    # Responses with parameters are not remembered: anybody can request millions of them.
    if not request.GET:
        modified = _modified(absolute(request, request.path), digest)
        response["Last-Modified"] = http_date(modified)
    # Django takes any response here; its stubs know HttpResponse only.
    return get_conditional_response(request, etag, modified, response) or response  # type: ignore[arg-type]


def _modified(address: str, digest: str) -> int:
    """When this content was first sent from this address, in seconds since 1970.

    The database cannot tell: a list also changes when an article leaves it, and an article may expire without any
    write. Two contents of one address never get the same second. If the cache forgets the time, clients get the content
    once more.
    """
    key = "modified:" + blake2b(address.encode(), digest_size=16).hexdigest()
    known, moment = cache.get(key, ("", 0))
    if known == digest:
        return moment
    moment = max(int(time()), moment + 1)
    cache.set(key, (digest, moment), DAY)
    return moment
