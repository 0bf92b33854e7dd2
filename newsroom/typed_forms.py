"""Nothing that staff typed is lost: a form that was sent too late is given back as it was typed.

The session ended: the form is kept in the session of the visitor, who logs in, sees it, and sends it with one button.
The token is old (logged in anew in another tab): the refusal itself holds the form, with a fresh token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import time
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views import csrf

from articles.desk.access import to_login_or_refuse
from articles.history.labels import label
from newsroom import limits
from newsroom.middleware import is_staff_path

GetResponse = Callable[[HttpRequest], HttpResponseBase]

KEPT = "typed"  # in the session: the forms, the newest first
SENT_AGAIN = "typed-form"  # the field with the key of the form that is sent again
MOST_FORMS = 5
# Characters of a form. Whoever never was in here cannot fill the table of sessions with more than the small one.
MOST, MOST_OF_STRANGERS = 1_000_000, 100_000
KEPT_SECONDS = 12 * 3600
WITHOUT_LOGIN = ("desk_login", "desk_login_code", "desk_logout", "admin:login", "admin:logout")
# Who was logged in last on this browser: what they typed is shown to nobody else.
PERSON_COOKIE = f"{settings.COOKIE_PREFIX}desk_person"
# A step of a script: it asks for the password in place, and keeps the form itself.
STEP_HEADER = "X-Desk-Step"
# Nobody typed these.
_SILENT = ("csrfmiddlewaretoken", SENT_AGAIN, "version", "next", "part", "picks", "selected", "_saved_from")
_SILENT_ENDINGS = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS", "-version", "-id", "-key")


class TypedForm(NamedTuple):
    """A form as it was sent: where to, from which page, its fields in their order, and the names of its files."""

    path: str
    page: str
    fields: list[list[str]]
    files: list[str]
    by: str = ""  # the key of the person; "" if nobody knows
    at: float = 0
    key: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> TypedForm:
        """Returns the form of a request. Passwords and the token are no part of it."""
        fields = [
            [name, value]
            for name, values in request.POST.lists()
            for value in values
            if name not in ("csrfmiddlewaretoken", SENT_AGAIN) and "password" not in name
        ]
        files = [file.name for _, uploads in request.FILES.lists() for file in uploads if file.name]
        return cls(request.get_full_path(), own_page(request), fields, files)

    @property
    def size(self) -> int:
        return sum(len(name) + len(value) for name, value in self.fields)

    @property
    def words(self) -> Iterator[tuple[str, str]]:
        """Yields what a person may have typed: the name of each field that is not empty, and its text."""
        for name, value in self.fields:
            if value.strip() and name not in _SILENT and not name.endswith(_SILENT_ENDINGS):
                yield _in_words(name), value


def _in_words(name: str) -> str:
    """Returns the name of a field as a person may know it: `related-0-title` is “Related 1, title”."""
    *parts, last = name.strip("_").split("-")
    parts = [str(int(part) + 1) if part.isdecimal() and len(part) < 9 else part for part in parts]
    place = " ".join(part.replace("_", " ") for part in parts)
    text = label(last).replace("_", " ")
    return capfirst(f"{place}, {text}" if place else text)


def own_page(request: HttpRequest) -> str:
    """Returns the page of ours from which a request was sent; "" if that is not known, or not ours."""
    source = urlsplit(request.headers.get("Referer", ""))
    if (source.scheme, source.netloc) != (request.scheme, request.get_host()):
        return ""
    return source.path + (f"?{source.query}" if source.query else "")


def is_from_here(request: HttpRequest) -> bool:
    """Whether a page of ours sent the request, as the browser says it."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == f"{request.scheme}://{request.get_host()}"
    return bool(own_page(request))


def comes_and_goes(request: HttpRequest) -> bool:
    """Whether the address is one of login and logout, which need no login."""
    return request.path in {reverse(name) for name in WITHOUT_LOGIN} or request.path.startswith(reverse("desk_reset"))


# Kept in the session


def kept_forms(request: HttpRequest) -> list[TypedForm]:
    now = time()
    forms = [TypedForm(*values) for values in request.session.get(KEPT, ())]
    return [form for form in forms if now - form.at < KEPT_SECONDS]


def keep(request: HttpRequest) -> bool:
    """Keeps the form of a request for the person who logs in next; returns whether it could be kept."""
    form = TypedForm.of(request)
    by = request.get_signed_cookie(PERSON_COOKIE, default="", salt=PERSON_COOKIE) or ""
    if not any(True for _ in form.words) or form.size > (MOST if by else MOST_OF_STRANGERS):
        return False
    if not by and limits.count(limits.TYPED, request):
        return False
    form = form._replace(by=by, at=time(), key=uuid4().hex)
    request.session[KEPT] = [form, *kept_forms(request)][:MOST_FORMS]
    return True


def forget(request: HttpRequest, key: str) -> None:
    if KEPT in request.session:
        request.session[KEPT] = [form for form in kept_forms(request) if form.key != key]


class KeepTypedForms:
    """Middleware: keeps what somebody sends to the desk or the admin who is logged out by now, and leads to the login.

    It stands behind the check of the token: a form of another site is refused before.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if is_staff_path(request) and request.user.is_authenticated:
            self._remember(request, cast(HttpResponse, response))
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        # What is exempt from the check checks the token itself: the upload of files, which nothing here may read.
        if not is_staff_path(request) or comes_and_goes(request) or getattr(view, "csrf_exempt", False):
            return None
        if request.user.is_authenticated:
            if request.method == "POST" and (key := request.POST.get(SENT_AGAIN)):
                forget(request, key)
            return None
        if STEP_HEADER in request.headers:
            return render(request, "desk/sign_in/step.html", status=401)
        if request.method == "POST" and keep(request):
            return redirect_to_login(reverse("desk_typed"), reverse("desk_login"), REDIRECT_FIELD_NAME)
        return None

    @staticmethod
    def _remember(request: HttpRequest, response: HttpResponse) -> None:
        person = str(request.user.pk)
        if request.get_signed_cookie(PERSON_COOKIE, default="", salt=PERSON_COOKIE) != person:
            response.set_signed_cookie(
                PERSON_COOKIE,
                person,
                salt=PERSON_COOKIE,
                max_age=30 * 24 * 3600,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )


# Given back


def typed(request: HttpRequest) -> HttpResponseBase:
    """Shows what the person sent while logged out; POST throws a form away."""
    if refusal := to_login_or_refuse(request):
        return refusal
    if request.method == "POST":
        forget(request, request.POST.get("drop", ""))
        messages.success(request, "Thrown away.")
        return redirect("desk_typed" if kept_forms(request) else "desk")
    forms = kept_forms(request)
    own = [form for form in forms if form.by in ("", str(request.user.pk))]
    return render(request, "desk/sign_in/typed.html", {"forms": own, "others": len(forms) - len(own)})


def old_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuses a form without a valid token. To a page of ours it is given back as it was typed, with a fresh token."""
    if not is_staff_path(request) or not is_from_here(request):
        return csrf.csrf_failure(request, reason)
    form = None if comes_and_goes(request) else TypedForm.of(request)
    answer = render(request, "desk/sign_in/old_token.html", {"form": form}, status=403)
    answer["X-Old-Token"] = "1"  # for a script, which takes the fresh one from the page
    return answer
