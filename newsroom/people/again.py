"""The password again: before accounts and roles change, and ways to log in, if the last time is RECENT seconds ago.

So a desk that was left open, or a stolen cookie, makes nobody an administrator.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import time
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from articles.desk.access import to_login_or_refuse, way_back
from newsroom import limits, typed_forms
from newsroom.middleware import GetResponse
from newsroom.people import sign_in
from newsroom.people.sessions import LOGGED_IN_AT

CONFIRMED_AT = "confirmed_at"
RECENT = 15 * 60  # seconds
# The applications of the admin that hold people, roles, and what keeps strangers out.
APPLICATIONS = ("auth", "axes", "people")


def is_recent(request: HttpRequest) -> bool:
    last = max(request.session.get(LOGGED_IN_AT, 0), request.session.get(CONFIRMED_AT, 0))
    return 0 <= time() - last < RECENT


def ask(request: HttpRequest) -> HttpResponse:
    """Leads to the page that asks, and from there back; a form that was sent is kept meanwhile."""
    if request.method == "POST":
        target = reverse("desk_typed") if typed_forms.keep(request) else request.path
    else:
        target = request.get_full_path()
    return redirect(f"{reverse('desk_password_again')}?{urlencode({'next': target})}")


def recently[View: Callable[..., HttpResponseBase]](view: View) -> View:
    """For a view of staff: asks for the password first, if that is long ago."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if refusal := to_login_or_refuse(request):
            return cast(HttpResponseBase, refusal)
        return view(request, *args, **kwargs) if is_recent(request) else ask(request)

    return cast(View, checked)


class AskAgainInAdmin:
    """Middleware: the same for what the admin does with accounts and roles. Their lists are read without it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.namespace != "admin":
            return None
        application, _, what = (match.url_name or "").partition("_")
        changes = request.method == "POST" or what.endswith(("_add", "_change", "_delete", "_password_change"))
        if application not in APPLICATIONS or not changes or not request.user.is_authenticated or is_recent(request):
            return None
        return ask(request)


class AgainForm(forms.Form):
    password = forms.CharField(
        strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True})
    )


def password_again(request: HttpRequest) -> HttpResponseBase:
    if refusal := to_login_or_refuse(request):
        return cast(HttpResponseBase, refusal)
    person = cast(User, request.user)
    form = AgainForm(request.POST or None)
    target = way_back(request, reverse("desk"))
    if request.method == "POST":
        if limits.is_used_up(limits.FAILURES, request):
            return sign_in.too_many_from_here(request)
        if form.is_valid() and person.check_password(form.cleaned_data["password"]):
            request.session[CONFIRMED_AT] = time()
            messages.success(request, "Thank you. Go on with what you were about to do.")
            return redirect(target)
        limits.count(limits.FAILURES, request)
        form.add_error("password", "This is not your password.")
    return render(request, "desk/sign_in/again.html", {"form": form, "next": target})
