"""Who may open a page of the desk, and what every view of the desk reads from a request."""

from functools import wraps

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic.base import ContextMixin, TemplateResponseMixin, View

IMPORT = "articles.add_importrun"
READ_RUNS = "articles.view_importrun"
CHANGE_FEEDS = "articles.change_documentfeed"


def to_login_or_refuse(request, permission=""):
    """Sends strangers to the login; refuses staff without the permission. Returns None for a person who may go on."""
    if not request.user.is_authenticated:
        return redirect_to_login(_page_asked_for(request))
    if not request.user.is_staff or (permission and not request.user.has_perm(permission)):
        raise PermissionDenied
    return None


def _page_asked_for(request) -> str:
    """Returns the address to come back to after the login: that of a page, never of a part that a script asked for."""
    if request.method not in ("GET", "HEAD") or request.headers.get("Sec-Fetch-Dest", "document") != "document":
        return reverse("desk")
    if "part" not in request.GET:
        return request.get_full_path()
    query = request.GET.copy()
    del query["part"]
    return request.path + (f"?{query.urlencode()}" if query else "")


def staff_only(permission=""):
    def decorate(view):
        @wraps(view)
        def checked(request, *args, **kwargs):
            return to_login_or_refuse(request, permission) or view(request, *args, **kwargs)

        return checked

    return decorate


def way_back(request, default: str) -> str:
    """Returns the page of this site that the form or the address names as `next`, else the default."""
    path = request.POST.get("next", "") or request.GET.get("next", "")
    own = path.startswith("/") and url_has_allowed_host_and_scheme(path, {request.get_host()}, request.is_secure())
    return path if own else default


class StaffRequest(HttpRequest):
    """A request of a person: `DeskPage` lets nobody else in."""

    user: User


class DeskPage(TemplateResponseMixin, ContextMixin, View):
    """For views that are classes: only staff with the `permission` get in."""

    request: StaffRequest
    permission = ""
    section = ""

    def dispatch(self, request, *args, **kwargs):
        refusal = to_login_or_refuse(request, self.permission)
        return refusal or super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(section=self.section, **kwargs)
