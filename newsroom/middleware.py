"""Middleware: security headers, the limit of request bodies, and sessions of staff."""

from collections.abc import Callable
from time import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.csp import build_policy

from articles.api.problems import problem_answer

GetResponse = Callable[[HttpRequest], HttpResponseBase]
HOUR = 3600  # seconds
STAFF_COOKIE = f"{settings.COOKIE_PREFIX}staff"  # staff.js knows its name too
# `fullscreen` is not among them: a player may use it.
DENIED_FEATURES = ("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics")


def safe_answers(get_response: GetResponse) -> GetResponse:
    """Adds the security headers to every response: of views, of the page cache, and of WhiteNoise.

    It must be the outermost middleware, since an unknown host is refused before Django's own middleware runs.
    """
    headers = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "Permissions-Policy": ", ".join(f"{name}=()" for name in DENIED_FEATURES),
    }
    policy = build_policy(settings.SECURE_CSP)
    more = ["includeSubDomains"] * settings.SECURE_HSTS_INCLUDE_SUBDOMAINS + ["preload"] * settings.SECURE_HSTS_PRELOAD
    hsts = "; ".join([f"max-age={settings.SECURE_HSTS_SECONDS}", *more])

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", hsts)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        # Django's debug page of an error sets this attribute to go without a policy.
        if not hasattr(response, "_csp_config"):
            response.headers.setdefault("Content-Security-Policy", policy)
        if response.status_code >= 400:
            # Some caches keep a 404 by default, and the page may exist a minute later.
            response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return middleware


def small_bodies(get_response: GetResponse) -> GetResponse:
    """Refuses a large body before anything reads it, but for uploads and archives, which are streamed to disk."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_large = length.isdecimal() and int(length) > settings.LARGEST_BODY
        if is_large and request.path not in (reverse("desk_upload_new"), reverse("api_imports")):
            if is_push(request):
                return problem_answer("too-large", f"{settings.LARGEST_BODY // 1024**2} MB are the most here.")
            return HttpResponse(render_to_string("413.html"), status=413)
        return get_response(request)

    return middleware


def private_desk(get_response: GetResponse) -> GetResponse:
    """Forbids every cache to keep a response of the desk or the admin, refusals and redirects included."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if is_staff_path(request):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware


def sliding_sessions(get_response: GetResponse) -> GetResponse:
    """Renews the session once an hour while a person works, so that only idle people are logged out.

    Public pages do not renew it: their responses are the same for everyone and set no cookie. `staff.js` on them reads
    the cookie that this sets beside the session, which holds no secret.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if is_staff_path(request) and not is_poll(request) and request.user.is_authenticated:
            last_login = request.user.last_login
            begun = request.session.get("begun") or (last_login.timestamp() if last_login else 0)
            if time() - begun > HOUR:
                request.session["begun"] = time()
        response = get_response(request)
        if is_staff_path(request):
            _mark(request, response)
        return response

    return middleware


def _mark(request: HttpRequest, response: HttpResponseBase) -> None:
    """Sets the cookie that says to scripts that somebody is logged in, as long as the session lasts; or deletes it."""
    if not request.user.is_authenticated:
        if STAFF_COOKIE in request.COOKIES:
            # Browsers heed nothing about such a name from a cookie that is not Secure, not even its end.
            response.set_cookie(STAFF_COOKIE, "", max_age=0, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax")
    elif STAFF_COOKIE not in request.COOKIES or request.session.modified:
        age, secure = settings.SESSION_COOKIE_AGE, settings.SESSION_COOKIE_SECURE
        response.set_cookie(STAFF_COOKIE, "1", max_age=age, secure=secure, samesite="Lax")


def is_poll(request: HttpRequest) -> bool:
    """Whether a page asks by itself, while perhaps nobody is there."""
    return request.GET.get("part") == "fresh"


def is_staff_path(request: HttpRequest) -> bool:
    """Whether the address belongs to the desk or the admin."""
    return request.path.startswith(("/desk", "/admin"))


def is_push(request: HttpRequest) -> bool:
    """Whether a client pushes documents, or asks what became of them."""
    return request.path.startswith(("/api/documents/", "/api/imports"))


def is_file_path(request: HttpRequest) -> bool:
    """Whether the address belongs to a file: pictures, style sheets and the like."""
    return request.path.startswith(("/media/", "/static/"))
