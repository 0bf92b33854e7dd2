"""Absolute addresses: scheme and host come from the settings, never from what a client sends.

Without NEWSROOM_ORIGIN, on a developer's machine, they are those of the request, of a host in ALLOWED_HOSTS.
"""

from django.conf import settings
from django.http import HttpRequest

DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def origin_of(request: HttpRequest) -> str:
    """Returns the origin of every address that an answer contains: "https://news.example.org"."""
    if settings.ORIGIN:
        return str(settings.ORIGIN)
    scheme = request.scheme or "http"
    return f"{scheme}://{request.get_host().lower().removesuffix(DEFAULT_PORTS[scheme])}"


def absolute(request: HttpRequest, path: str) -> str:
    """Returns the absolute address of a path of ours; an address that is absolute already stays as it is."""
    return origin_of(request) + path if path.startswith("/") else path
