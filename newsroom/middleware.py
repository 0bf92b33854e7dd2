"""What holds for whole parts of the site, whatever a view answers."""

from time import time

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.csp import build_policy

HOUR = 3600  # seconds
# Whole screen is not among them: a film may fill it.
NOT_ASKED_FOR = ("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics")


def safe_answers(get_response):
    """Every answer tells the browser what it may not do with it, whoever gives it: a view, the page cache, WhiteNoise.

    Outermost: a host that is not ours is refused before Django's own middleware sees the answer.
    """
    headers = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "Permissions-Policy": ", ".join(f"{name}=()" for name in NOT_ASKED_FOR),
    }
    policy = build_policy(settings.SECURE_CSP)
    more = ["includeSubDomains"] * settings.SECURE_HSTS_INCLUDE_SUBDOMAINS + ["preload"] * settings.SECURE_HSTS_PRELOAD
    only_https = "; ".join([f"max-age={settings.SECURE_HSTS_SECONDS}", *more])

    def middleware(request):
        response = get_response(request)
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", only_https)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        # Django's own pages about an error, on a developer's machine, take theirs away.
        if not hasattr(response, "_csp_config"):
            response.headers.setdefault("Content-Security-Policy", policy)
        if response.status_code >= 400:
            # Some caches keep even what is not there; it may be there in a minute.
            response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return middleware


def small_bodies(get_response):
    """Refuse a large body before anything reads it; the one page that takes files streams them to disk."""

    def middleware(request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_large = length.isdecimal() and int(length) > settings.LARGEST_BODY
        if is_large and request.path != reverse("desk_upload_new"):
            return HttpResponse(render_to_string("413.html"), status=413)
        return get_response(request)

    return middleware


def private_desk(get_response):
    """No page of the staff is kept by anyone, a refusal or a redirect neither."""

    def middleware(request):
        response = get_response(request)
        if is_of_staff(request):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware


def sliding_sessions(get_response):
    """Whoever works goes on being logged in: the session begins anew once an hour.

    Not on public pages, whose answers are the same for everyone and set no cookie.
    """

    def middleware(request):
        if is_of_staff(request) and request.user.is_authenticated:
            begun = request.session.get("begun") or request.user.last_login.timestamp()
            if time() - begun > HOUR:
                request.session["begun"] = time()
        return get_response(request)

    return middleware


def is_of_staff(request) -> bool:
    return request.path.startswith(("/desk", "/admin"))
