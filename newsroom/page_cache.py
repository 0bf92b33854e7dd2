"""The page cache: keeps public pages for readers who are not logged in, for as long as the edition lasts.

A kept page is the whole response with its security headers. It is sent before any other middleware runs. Its key is the
address as it is routed, below the origin of the settings: nothing else that a client sends changes what others get.
"""

import gzip
from functools import lru_cache
from hashlib import blake2b
from time import monotonic, time
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import parse_http_date_safe
from django.utils.text import compress_sequence

from articles import editions
from articles.public.origin import origin_of
from newsroom.middleware import GetResponse, is_file_path, is_staff_path

# Health is never the same, and readers can ask for any number of searches.
UNCACHED_PATHS = ("/health", "/search")
CACHED_STATUSES = (200, 301, 410)
CONDITIONAL_HEADERS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
SMALLEST_COMPRESSED = 500  # bytes
COMPRESSED_TYPES = ("text/", "application/")
GZIP_LEVEL = 6

# Parameters that pages read. Their values are free, so of pages with any only so many are kept in a minute.
CACHED_PARAMETERS = {"after", "before", "topic", "provider", "type", "category", "related"}
KEPT_IN_A_MINUTE = 500

# Status, headers, body, and whether the body is compressed by gzip: that is worth it for most.
_KeptPage = tuple[int, list[tuple[str, str]], bytes, bool]


def page_cache(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        # Refuses an unknown host, before any page or file is looked up.
        request.get_host()
        if is_staff_path(request) or is_file_path(request):
            return get_response(request)
        if not _is_public(request):
            return _private(request, get_response(request))
        if not _may_be_kept(request):
            return _not_kept(request, _with_headers(_unconditional_response(get_response, request)))
        address = f"{origin_of(request)}{request.path}?{request.META.get('QUERY_STRING', '')}"
        edition = editions.current()
        key = "page:" + blake2b(f"{edition} {address}".encode(errors="replace"), digest_size=20).hexdigest()
        kept: _KeptPage | None = caches["pages"].get(key)
        if kept is not None:
            return _conditional(request, _response_from(kept, request))
        # The time starts before the view runs: an article may start or expire meanwhile.
        end = monotonic() + (editions.seconds_left(edition) if request.method == "GET" else 0)
        response = _with_headers(_unconditional_response(get_response, request))
        left = end - monotonic()
        if left > 0 and isinstance(response, HttpResponse) and _is_cachable(response) and _is_room_for(request):
            kept = _kept_page(response)
            caches["pages"].set(key, kept, timeout=left)
            return _conditional(request, _response_from(kept, request))
        return _not_kept(request, response)

    return middleware


def _may_be_kept(request: HttpRequest) -> bool:
    """Whether the address is one that a page of ours may link to, written as it would be."""
    if request.path.startswith(UNCACHED_PATHS) or isinstance(caches["pages"], DummyCache):
        return False
    # Without a configured origin, any number for a port would make another page.
    if not settings.ORIGIN and split_domain_port(request.get_host())[1] not in ("", "80", "443", request.get_port()):
        return False
    names = list(request.GET)
    query = request.META.get("QUERY_STRING", "")
    return set(names) <= CACHED_PARAMETERS and query in (urlencode(request.GET), urlencode(request.GET, safe=":"))


def _is_room_for(request: HttpRequest) -> bool:
    """Counts the pages with parameters that are kept in this minute."""
    if not request.META.get("QUERY_STRING"):
        return True
    key = f"kept:{int(time()) // 60}"
    try:
        return caches["pages"].incr(key) <= KEPT_IN_A_MINUTE
    except ValueError:
        return caches["pages"].add(key, 1, timeout=60)


def _not_kept(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if _is_worth_compressing(response) and accepts_gzip(request.headers.get("Accept-Encoding", "")):
        _compress(response)
    return _conditional(request, response)


def _is_public(request: HttpRequest) -> bool:
    """Whether the request is answered from the cache or for it.

    Not if it has a session, nor if it will be redirected from HTTP to HTTPS.
    """
    insecure = settings.SECURE_SSL_REDIRECT and not request.is_secure()
    return request.method in ("GET", "HEAD") and settings.SESSION_COOKIE_NAME not in request.COOKIES and not insecure


def _unconditional_response(get_response: GetResponse, request: HttpRequest) -> HttpResponseBase:
    """The response as if the request had no If-None-Match: a 304 would be of no use to the next reader."""
    removed = {name: request.META.pop(name) for name in CONDITIONAL_HEADERS if name in request.META}
    # A cached property, made from META.
    request.__dict__.pop("headers", None)
    try:
        return get_response(request)
    finally:
        request.META.update(removed)
        request.__dict__.pop("headers", None)


def _private(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    # A public page sets no cookie, not even to delete a session that has ended.
    response.cookies.clear()
    if "Cache-Control" not in response:
        patch_cache_control(response, private=True, no_cache=True)
    return response


def _with_headers(response: HttpResponseBase) -> HttpResponseBase:
    """The response with an ETag, and a Cache-Control that makes shared caches revalidate it each time."""
    if _is_worth_compressing(response):
        patch_vary_headers(response, ["Accept-Encoding"])
    if response.status_code not in CACHED_STATUSES:
        return response
    if "ETag" not in response and isinstance(response, HttpResponse):
        response["ETag"] = f'W/"{blake2b(response.content, digest_size=12).hexdigest()}"'
    if "Cache-Control" not in response:
        seconds = settings.CDN_SECONDS
        response["Cache-Control"] = f"public, max-age=0, s-maxage={seconds}" if seconds else "public, no-cache"
    return response


def _is_worth_compressing(response: HttpResponseBase) -> bool:
    """Whether the body is text of some length, not compressed yet.

    No public page holds a secret, so its compressed length gives none away (BREACH).
    """
    if "Content-Encoding" in response or not response.get("Content-Type", "").startswith(COMPRESSED_TYPES):
        return False
    if isinstance(response, HttpResponse):
        return len(response.content) > SMALLEST_COMPRESSED
    # Of streams only static files have a length, and those were compressed when they were collected.
    return "Content-Length" not in response


def _compress(response: HttpResponseBase) -> None:
    if isinstance(response, StreamingHttpResponse):
        # Under WSGI no stream is asynchronous.
        response.streaming_content = compress_sequence(response.streaming_content)  # type: ignore[arg-type]
    elif isinstance(response, HttpResponse):
        response.content = gzip.compress(response.content, GZIP_LEVEL, mtime=0)
        response["Content-Length"] = len(response.content)
    response["Content-Encoding"] = "gzip"


@lru_cache(maxsize=200)
def accepts_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding (RFC 9110) allows gzip, and does not prefer the body as it is."""
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        name, _, weight = part.partition(";")
        try:
            weights[name.strip()] = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            weights[name.strip()] = 0
    gzip_weight = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0)))
    return gzip_weight > 0 and gzip_weight >= weights.get("identity", 0)


def _is_cachable(response: HttpResponse) -> bool:
    return (
        response.status_code in CACHED_STATUSES
        and not response.cookies
        and "public" in response.get("Cache-Control", "")
        and "Cookie" not in response.get("Vary", "")
    )


def _kept_page(response: HttpResponse) -> _KeptPage:
    body, is_compressed = response.content, _is_worth_compressing(response)
    headers = [(name, value) for name, value in response.items() if name != "Content-Length"]
    return (
        response.status_code,
        headers,
        gzip.compress(body, GZIP_LEVEL, mtime=0) if is_compressed else body,
        is_compressed,
    )


def _response_from(kept: _KeptPage, request: HttpRequest) -> HttpResponse:
    status, headers, body, is_compressed = kept
    if not is_compressed:
        response = HttpResponse(body, status=status, headers=dict(headers))
    elif accepts_gzip(request.headers.get("Accept-Encoding", "")):
        response = HttpResponse(body, status=status, headers=dict(headers))
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(gzip.decompress(body), status=status, headers=dict(headers))
    response["Content-Length"] = len(response.content)
    return response


def _conditional(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The response, or 304 or 412 as the conditions of the request ask for."""
    if response.status_code != 200 or "ETag" not in response:
        return response
    modified = parse_http_date_safe(response.get("Last-Modified", ""))
    # Django takes any response here; its stubs know HttpResponse only.
    answer = get_conditional_response(request, response["ETag"], modified, response) or response  # type: ignore[arg-type]
    if answer.status_code == 412:
        # It depends on this request's condition: with the page's Cache-Control a shared cache might keep it.
        return answer
    for name, value in response.items():
        if not name.startswith("Content-") or name == "Content-Security-Policy":
            answer.headers.setdefault(name, value)
    return answer
