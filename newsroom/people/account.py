"""A person's own account: password, second factor, and the devices that are logged in."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from articles.desk.access import DeskPage, staff_only
from newsroom.people import second_factor
from newsroom.people.again import recently
from newsroom.people.models import StaffSession, Verb
from newsroom.people.record import record
from newsroom.people.sessions import end_sessions, sessions_of
from newsroom.people.sign_in import WITH_FACTOR, CodeForm


@require_safe
@staff_only()
def account(request: HttpRequest) -> HttpResponse:
    person = cast(User, request.user)
    here = request.session.session_key
    sessions = [(row, name_of_session(row), row.session_key == here) for row in sessions_of(person)]
    context = {
        "section": "account",
        "sessions": sorted(sessions, key=lambda one: not one[2]),
        "roles": [group.name for group in person.groups.all()],
        "has_factor": second_factor.has_factor(person),
        "must_have": second_factor.must_have(person),
        "codes_left": second_factor.codes_left(person),
        "shows_addresses": settings.LOG_ADDRESSES,
    }
    return render(request, "desk/account/account.html", context)


def name_of_session(row: StaffSession) -> str:
    """A name for the form that ends a session: the key itself would let a reader of the page in."""
    return sha256(f"session {row.session_key}".encode()).hexdigest()[:32]


@require_POST
@staff_only()
def end(request: HttpRequest) -> HttpResponse:
    """Ends one session of the person, or with `others` all but this one."""
    person, here = cast(User, request.user), request.session.session_key
    if "others" in request.POST:
        number = end_sessions(person, but=here)
    else:
        named = {name_of_session(row): row.session_key for row in sessions_of(person) if row.session_key != here}
        chosen = named.get(request.POST.get("session", ""), "")
        number, _ = StaffSession.objects.filter(session_key=chosen).delete()
    if number:
        record(request, Verb.ENDED, person, after={"sessions": number})
        messages.success(request, "Logged out there." if number == 1 else f"Logged out on {number} devices.")
    else:
        messages.info(request, "There was nothing to end: that session was over.")
    return redirect("desk_account")


class ChangePassword(DeskPage, PasswordChangeView):
    template_name = "desk/sign_in/password.html"
    success_url = reverse_lazy("desk_account")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        answer = super().form_valid(form)
        _end_others(self.request)
        record(self.request, Verb.PASSWORD, self.request.user)
        messages.success(self.request, "Your password is changed. Wherever else you were logged in, you are no more.")
        return answer


@recently
def set_up_factor(request: HttpRequest) -> HttpResponseBase:
    """Shows the secret for the app; the first right code of it takes it into use, and shows the recovery codes."""
    person = cast(User, request.user)
    form = CodeForm(request.POST or None)
    form.fields["code"].help_text = "Six digits, as your app shows them now."
    device = second_factor.begun(person)
    if request.method == "POST" and form.is_valid():
        if second_factor.confirm(person, form.cleaned_data["code"]):
            request.session[WITH_FACTOR] = True
            _end_others(request)
            record(request, Verb.FACTOR, person)
            return _show_codes(request, person, is_new=True)
        form.add_error("code", "This is not the code that belongs to the secret above. Wait for the next one.")
    context = {
        "section": "account",
        "form": form,
        "picture": second_factor.picture_of(device),
        "secret": second_factor.secret_of(device),
        "must_have": second_factor.must_have(person) and not second_factor.has_factor(person),
    }
    return render(request, "desk/account/factor.html", context)


@require_POST
@recently
def make_codes(request: HttpRequest) -> HttpResponseBase:
    person = cast(User, request.user)
    if not second_factor.has_factor(person):
        raise PermissionDenied("Recovery codes stand in for an app: set up the second factor first.")
    record(request, Verb.CODES, person)
    return _show_codes(request, person, is_new=False)


@sensitive_variables("codes")
def _show_codes(request: HttpRequest, person: User, *, is_new: bool) -> HttpResponse:
    codes = second_factor.new_codes(person)
    return render(request, "desk/account/codes.html", {"section": "account", "codes": codes, "is_new": is_new})


@require_POST
@recently
def remove_factor(request: HttpRequest) -> HttpResponseBase:
    person = cast(User, request.user)
    if second_factor.must_have(person):
        raise PermissionDenied("Your role needs a second factor: set up another app instead.")
    if second_factor.remove(person):
        request.session[WITH_FACTOR] = False
        _end_others(request)
        record(request, Verb.NO_FACTOR, person)
        messages.success(request, "From now on your password is all that is asked.")
    return redirect("desk_account")


def _end_others(request: HttpRequest) -> None:
    person: Any = request.user
    # The session of this request keeps its data under another key.
    update_session_auth_hash(request, person)
    end_sessions(person, but=request.session.session_key)
