"""/desk/feeds/<pk>/tokens/: the tokens of clients that push to a feed; made, shown once, revoked."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from articles.desk.access import staff_only
from articles.desk.tokens.forms import TokenForm
from articles.intake.tokens import make, revoke
from articles.models import DocumentFeed, PushToken

# No role has these permissions: only superusers.
MAKE, REVOKE = "articles.add_pushtoken", "articles.change_pushtoken"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(MAKE)
def tokens(request, pk):
    """Lists the tokens of a feed, and makes one: its secret stands in this answer, and nowhere else."""
    if not request.user.has_perm(MAKE):
        raise PermissionDenied
    feed = get_object_or_404(DocumentFeed, pk=pk, kind=DocumentFeed.Kind.PUSH)
    form, made, secret = TokenForm(request.POST or None), None, ""
    if request.method == "POST" and form.is_valid():
        made, secret = make(feed, by=request.user, **form.cleaned_data)
        form = TokenForm()
    page = {
        "section": "feeds",
        "feed": feed,
        "form": form,
        "made": made,
        "secret": secret,
        "tokens": feed.tokens.select_related("created_by", "revoked_by"),
        "now": timezone.now(),
        "site": f"{request.scheme}://{request.get_host()}",
    }
    return render(request, "desk/tokens/tokens.html", page, status=422 if form.errors else 200)


@require_POST
@staff_only(REVOKE)
def revoke_token(request, pk):
    token = get_object_or_404(PushToken.objects.select_related("feed"), pk=pk)
    revoke(token, by=request.user)
    messages.success(request, f"The token of “{token.client}” is revoked: nobody can use it any more.")
    return redirect("desk_tokens", token.feed_id)
