"""Middleware: whose role needs a second factor gets no further than to the page that sets it up."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from newsroom.middleware import GetResponse, is_staff_path
from newsroom.people import second_factor
from newsroom.people.sign_in import WITH_FACTOR

OPEN = {"desk_account", "desk_account_factor", "desk_password_again", "desk_password", "desk_login", "desk_logout"}


class SecondFactorRequired:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not settings.SECOND_FACTOR or not request.user.is_authenticated or request.session.get(WITH_FACTOR):
            return None
        name = request.resolver_match.url_name if request.resolver_match else ""
        is_for_staff = is_staff_path(request) or request.path.startswith(settings.MEDIA_URL)
        if not is_for_staff or name in OPEN or name == "logout":
            return None
        if not second_factor.must_have(request.user):
            return None
        if request.method in ("GET", "HEAD") and not request.path.startswith(settings.MEDIA_URL):
            return redirect("desk_account_factor")
        why = "Your role needs a second factor. Set it up on the page of your account, then do this again."
        return render(request, "desk/error.html", {"status": 403, "why": why}, status=403)
