"""How staff come in and go out: name and password, the second factor, and the limits of wrong ones (django-axes)."""

from __future__ import annotations

from collections.abc import Mapping
from time import time
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import load_backend, login, logout
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView, RedirectURLMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from articles import moderation
from newsroom import limits
from newsroom.headers import client_address
from newsroom.people import second_factor
from newsroom.people.models import Verb
from newsroom.people.record import record
from newsroom.people.sessions import ADDRESS, DEVICE, LOGGED_IN_AT, device_of

# In the session: who has given the right password, and now needs a code.
HALF_IN = "half_in"
HALF_IN_SECONDS = 300
# In the session of who gave a code, too.
WITH_FACTOR = "with_factor"


class StaffBackend(ModelBackend):
    """Accepts staff only. Django asks it at every request, so a person who loses the status is logged out at once."""

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        return user is not None and user.is_staff and super().user_can_authenticate(user)


class SignInForm(AuthenticationForm):
    # The same message for an unknown name: nobody may find out who has an account.
    error_messages = {"invalid_login": "This name and password do not belong together. Mind upper and lower case."}


class LogIn(LoginView):
    template_name = "desk/sign_in/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    extra_context = {"mails": settings.MAIL}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if limits.is_used_up(limits.FAILURES, request):
            return too_many_from_here(request)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        person = form.get_user()
        if second_factor.has_factor(person):
            backend = getattr(person, "backend", "")
            self.request.session[HALF_IN] = [person.pk, backend, person.get_session_auth_hash(), time()]
            return redirect(f"{reverse('desk_login_code')}?{urlencode({'next': self.get_success_url()})}")
        let_in(self.request, person)
        return redirect(self.get_success_url())

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        limits.count(limits.FAILURES, self.request)
        return super().form_invalid(form)


def let_in(request: HttpRequest, person: User, backend: str | None = None, *, with_factor: bool = False) -> None:
    login(request, person, backend)
    request.session.pop(HALF_IN, None)
    request.session[LOGGED_IN_AT] = time()
    request.session[WITH_FACTOR] = with_factor
    request.session[DEVICE] = device_of(request.headers.get("User-Agent", ""))
    if settings.LOG_ADDRESSES:
        request.session[ADDRESS] = client_address(request)
    record(request, Verb.LOGGED_IN, person)


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code",
        max_length=60,
        help_text="Six digits, as your app shows them now, or one of your recovery codes.",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class GiveCode(RedirectURLMixin, FormView):
    """The second step of a login: who comes here has given the right password a moment ago."""

    template_name = "desk/sign_in/code.html"
    form_class = CodeForm
    next_page = settings.LOGIN_REDIRECT_URL
    person: User
    backend: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = _half_in(request)
        if found is None:
            return redirect(f"{reverse('desk_login')}?{urlencode({'next': self.get_success_url()})}")
        self.person, self.backend = found
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if limits.is_used_up(limits.FAILURES, request):
            return too_many_from_here(request)
        if not AxesProxyHandler.is_allowed(request, self._credentials()):
            return locked_out(request)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        wait = second_factor.seconds_to_wait(self.person)
        device = None if wait else second_factor.fits(self.person, form.cleaned_data["code"])
        if device is None:
            return self._refuse(form, wait)
        let_in(self.request, self.person, self.backend, with_factor=True)
        if isinstance(device, second_factor.StaticDevice):
            record(self.request, Verb.CODE_USED, self.person)
            left = second_factor.codes_left(self.person)
            messages.warning(self.request, f"You have used a recovery code: {left} are left. Make new ones in time.")
        return redirect(self.get_success_url())

    def _refuse(self, form: CodeForm, wait: int) -> HttpResponse:
        """Counts the wrong code as a wrong password of this name from this address."""
        limits.count(limits.FAILURES, self.request)
        user_login_failed.send(__name__, credentials=self._credentials(), request=self.request)
        if not AxesProxyHandler.is_allowed(self.request, self._credentials()):
            record(self.request, Verb.LOCKED_OUT, self.person, by=self.person)
            return locked_out(self.request)
        if wait:
            form.add_error("code", f"A wrong code makes the next one wait: try again in {wait} s.")
        else:
            form.add_error("code", "This code is wrong, or was used already. Wait for the next one.")
        return self.form_invalid(form)

    def _credentials(self) -> dict[str, str]:
        return {"username": self.person.get_username()}


def _half_in(request: HttpRequest) -> tuple[User, str] | None:
    """Returns who has given the right password, and by which backend; None after HALF_IN_SECONDS or a new password."""
    pk, backend, auth_hash, at = request.session.get(HALF_IN, (None, "", "", 0))
    if pk is None or not 0 <= time() - at < HALF_IN_SECONDS or backend not in settings.AUTHENTICATION_BACKENDS:
        return None
    person = load_backend(backend).get_user(pk)
    if not isinstance(person, User) or not constant_time_compare(person.get_session_auth_hash(), auth_hash):
        return None
    return person, backend


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Also releases the person's claims, so that colleagues need not wait for them to expire."""
    if request.user.is_authenticated:
        moderation.release_all(by=request.user)
        logout(request)
        messages.success(request, "You are logged out.")
    return redirect(settings.LOGOUT_REDIRECT_URL)


def name_tried(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str:
    """The user name whose failed logins are counted, cut to the length of the column."""
    return ((credentials or request.POST).get("username") or "")[:150]


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: object = None) -> HttpResponse:
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    answer = render(request, "desk/sign_in/locked.html", {"minutes": minutes, "mails": settings.MAIL}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer


def too_many_from_here(request: HttpRequest) -> HttpResponse:
    seconds = limits.seconds_left(limits.FAILURES)
    minutes = -(-seconds // 60)
    answer = render(request, "desk/sign_in/locked.html", {"minutes": minutes, "whole_address": True}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer
