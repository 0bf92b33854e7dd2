"""How often one address, and all together, may ask what costs much. More is answered by 429, until a window is over.

Numbers are counted in the cache: with Redis for all processes, else in each of them. Where a server stands in front,
CLIENT_ADDRESS_HEADER tells addresses apart; without it all readers share the numbers of one.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from time import time
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from articles.api.problems import problem_answer
from newsroom.errors import busy
from newsroom.hashing import is_full
from newsroom.headers import client_address
from newsroom.middleware import GetResponse, is_file_path, is_push, is_staff_path

TOGETHER = "all"


class Limit(NamedTuple):
    name: str
    by_address: int  # requests in a window
    together: int | None  # requests of all addresses in a window; None: any number
    window: int  # seconds


# A search reads an index: fifteen a second are more than a reader, and a third of a processor.
SEARCHES = Limit("search", 900, 3_000, 60)
# What is made anew each time: lists, feeds and JSON with parameters, of which anybody can invent millions, and whatever
# is asked with a session.
PARAMETERS = Limit("parameters", 1_500, 6_000, 60)
# What clients push: a whole export of some thousand documents may come one by one.
PUSHES = Limit("pushes", 6_000, 30_000, 60)
# Wrong names, passwords and codes, whatever the name: a whole office may sit behind one address. Not of all together,
# or strangers with many addresses could lock everybody out.
FAILURES = Limit("failures", 30, None, 15 * 60)
# Mails with a link for a new password.
MAILS = Limit("mails", 5, 60, 60 * 60)
# Forms of people who are not logged in are kept in a session, each a row of the database.
TYPED = Limit("typed", 30, 300, 60 * 60)


def limits(get_response: GetResponse) -> GetResponse:
    """Middleware, behind the page cache: a kept page costs nothing and is not counted."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method == "POST" and is_full() and request.path in (reverse("desk_login"), reverse("admin:login")):
            # Before anything is read of it: no session, no token, no template.
            return busy()
        limit = _limit_of(request)
        if limit and count(limit, request):
            return too_many(request, limit)
        return get_response(request)

    return middleware


def _limit_of(request: HttpRequest) -> Limit | None:
    if is_push(request):
        return PUSHES
    if request.path.startswith("/search"):
        return SEARCHES
    if is_staff_path(request) or is_file_path(request):
        return None
    # Whoever sends a session gets no kept page, and anybody can make one up; what HEAD asks is not kept.
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return PARAMETERS if request.META.get("QUERY_STRING") or has_session or request.method == "HEAD" else None


def count(limit: Limit, request: HttpRequest) -> bool:
    """Counts a request; returns whether it is one too many."""
    # Both are counted, whatever the first says.
    numbers = [_one_more(key, limit.window) for key in _keys(limit, request)]
    return _is_more(limit, numbers, 0)


def is_used_up(limit: Limit, request: HttpRequest) -> bool:
    """Whether one more would be too many. Counts nothing."""
    return _is_more(limit, [cache.get(key, 0) for key in _keys(limit, request)], 1)


def _is_more(limit: Limit, numbers: list[int], more: int) -> bool:
    by_address, together = numbers
    return by_address + more > limit.by_address or (limit.together is not None and together + more > limit.together)


def _keys(limit: Limit, request: HttpRequest) -> list[str]:
    window = int(time()) // limit.window
    return [f"limit:{limit.name}:{who}:{window}" for who in (_network(client_address(request)), TOGETHER)]


def _network(address: str | None) -> str:
    """The address; of IPv6 its first 64 bits, since a client has all addresses below them."""
    if address is None or ip_address(address).version == 4:
        return address or "unknown"
    return str(ip_network(f"{address}/64", strict=False).network_address)


def _one_more(key: str, window: int) -> int:
    """Returns the number with this one. Where the cache is away, nothing is counted: readers come first."""
    try:
        return cache.incr(key)
    except ValueError:
        cache.add(key, 1, window)
        return 1


def seconds_left(limit: Limit) -> int:
    """Until the window ends in which so much was asked."""
    return limit.window - int(time()) % limit.window


def too_many(request: HttpRequest, limit: Limit) -> HttpResponse:
    seconds = seconds_left(limit)
    if is_push(request):
        wait = {"Retry-After": str(seconds)}
        return problem_answer("too-many", f"Too many requests: go on in {seconds} seconds.", headers=wait)
    answer = render(None, "429.html", {"minutes": -(-seconds // 60)}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer
