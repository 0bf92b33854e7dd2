"""POST /desk/articles/<pk>/delete/: asks for confirmation, then deletes the article and leaves a tombstone."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from articles import moderation
from articles.desk.access import staff_only
from articles.desk.article.answers import gone
from articles.desk.article.loading import find_article
from articles.forms.conflict import version_in
from articles.models import RelatedLink
from articles.moderation import DELETE
from articles.moderation.refusals import NotAllowed, Refused, Stale, VersionMissing


@require_POST
@staff_only(DELETE)
def delete(request, pk):
    version, article = version_in(request.POST), find_article(pk)
    if article is None:
        return gone(request, pk, version)
    try:
        if version is None:
            raise VersionMissing()
        if version != article.version:
            raise Stale(article, version)
        if "sure" not in request.POST:
            return _ask(request, article)
        moderation.delete(article, by=request.user, version=version)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        article = find_article(pk)
        return gone(request, pk, version) if article is None else _ask(request, article, refusal)
    messages.success(request, f"“{article}” was deleted: no import brings it back until its tombstone is lifted.")
    return redirect(reverse("desk_article_history", args=[pk]))


def _ask(request, article, refusal=None):
    context = {"article": article, "refusal": refusal, "since": getattr(refusal, "since", []), "section": "queue"}
    context["links"] = RelatedLink.objects.filter(page__target=article).exclude(article=article).count()
    return TemplateResponse(request, "desk/article/delete.html", context, status=refusal.status if refusal else 200)
