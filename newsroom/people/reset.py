"""A new password by mail, for who has forgotten it. The answer is the same whether the address is known or not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.tasks import task
from django.urls import reverse_lazy
from django.utils.safestring import SafeString
from django.views.generic import FormView, TemplateView

from articles.public.origin import origin_of
from newsroom import limits
from newsroom.people.models import Verb
from newsroom.people.record import record
from newsroom.people.sessions import end_sessions

MINUTES = settings.PASSWORD_RESET_TIMEOUT // 60


class ResetForm(PasswordResetForm):
    def get_users(self, email: str) -> Iterable[User]:
        return [person for person in super().get_users(email) if person.is_staff]


@task
def mail_link(email: str, origin: str) -> None:
    """Mails a link to the people with this address. In the background, so that no answer takes longer for them."""
    form = ResetForm({"email": email})
    if form.is_valid():
        url = urlsplit(origin)
        form.save(
            domain_override=url.netloc,
            use_https=url.scheme == "https",
            subject_template_name="desk/sign_in/reset_subject.txt",
            email_template_name="desk/sign_in/reset_mail.txt",
            # The mail is plain text, which knows no escapes.
            extra_email_context={"site": SafeString(settings.SITE_NAME), "minutes": str(MINUTES)},
        )


class AskForLink(FormView):
    template_name = "desk/sign_in/reset.html"
    form_class = ResetForm
    success_url = reverse_lazy("desk_reset_sent")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.MAIL:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: ResetForm) -> HttpResponse:
        if limits.count(limits.MAILS, self.request):
            return limits.too_many(self.request, limits.MAILS)
        mail_link.enqueue(form.cleaned_data["email"], origin_of(self.request))
        return super().form_valid(form)


class LinkSent(TemplateView):
    template_name = "desk/sign_in/reset_sent.html"
    extra_context = {"minutes": MINUTES}


class SetPassword(PasswordResetConfirmView):
    """Where the link leads. It lets nobody in: the login asks for the new password, and for the second factor."""

    template_name = "desk/sign_in/reset_confirm.html"
    success_url = reverse_lazy("desk_login")

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        answer = super().form_valid(form)
        end_sessions(form.user)
        record(self.request, Verb.RESET, form.user, by=form.user)
        messages.success(self.request, "Your password is changed. Log in with it.")
        return answer
