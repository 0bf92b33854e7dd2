"""/desk/here/: what staff may do with the public page that they read. `staff.js` puts it on that page."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.desk.access import staff_only
from articles.models import Article, Queue, State, Topic
from articles.moderation import CHANGE, DECIDE
from articles.moderation.verbs import offered
from providers.models import Provider


@require_safe
@staff_only()
def here(request):
    return render(request, "desk/here.html", _about(request.GET.get("path", ""), request.user))


def _about(path: str, user: User) -> dict[str, Any]:
    """Returns the article, topic or provider whose public page the path is, if the person works on such things."""
    try:
        match = resolve(path)
    except Resolver404:
        return {}
    if match.url_name == "article" and user.has_perm(DECIDE):
        return _about_article(match.kwargs["slug"], user)
    if match.url_name == "topic" and user.has_perm("articles.change_topic"):
        return {"topic": Topic.objects.filter(slug=match.kwargs["slug"]).first()}
    if match.url_name == "provider" and user.has_perm("providers.change_provider"):
        return {"provider": Provider.objects.in_use().filter(domain=match.kwargs["domain"]).first()}
    return {}


def _about_article(slug: str, user: User) -> dict[str, Any]:
    """Also of an article that readers do not see, or no longer at this address."""
    named = Article.objects.filter(Q(slug=slug) | Q(old_slugs__slug=slug)).without_payload()
    article = named.order_by("pk").first()
    if article is None:
        return {}
    return {
        "article": article,
        "may_edit": user.has_perm(CHANGE),
        "is_visible": Article.objects.visible(timezone.now()).filter(pk=article.pk).exists(),
        "waits": _waits(article),
        "verbs": {verb.name for verb in offered(article, user)},
    }


def _waits(article: Article) -> str:
    """Returns why the article is in the queue, unless its state says the same."""
    return "" if article.queue in ("", *State.values) else f": {Queue(article.queue).label}"
