"""What holds for whole parts of the site, whatever a view answers."""

from time import time

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_cache_control

UPLOAD = "/desk/imports/upload/"
HOUR = 3600  # seconds


def small_bodies(get_response):
    """Refuse a large body before anything reads it; the one page that takes files streams them to disk."""

    def middleware(request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        if request.path != UPLOAD and length.isdecimal() and int(length) > settings.LARGEST_BODY:
            return HttpResponse("This is too large.", status=413, content_type="text/plain")
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
