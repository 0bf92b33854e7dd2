"""Login and logout of staff, and the limit of failed logins (django-axes)."""

from collections.abc import Mapping

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST

from articles import moderation
from articles.desk.access import DeskPage


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


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Also releases the person's claims, so that colleagues need not wait for them to expire."""
    if request.user.is_authenticated:
        moderation.release_all(by=request.user)
        logout(request)
        messages.success(request, "You are logged out.")
    return redirect(settings.LOGOUT_REDIRECT_URL)


class ChangePassword(DeskPage, PasswordChangeView):
    template_name = "desk/sign_in/password.html"
    success_url = reverse_lazy("desk")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        messages.success(self.request, "Your password is changed. Wherever else you were logged in, you are no more.")
        return super().form_valid(form)


def name_tried(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str:
    """The user name whose failed logins are counted, cut to the length of the column."""
    return ((credentials or request.POST).get("username") or "")[:150]


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: object = None) -> HttpResponse:
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    answer = render(request, "desk/sign_in/locked.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer
