"""/desk/articles/<pk>/: one article, whole, and the addresses that its four forms are sent to.

`page` says what is shown, `save` what happens to a form; `actions`, `delete`, `history` and `suggest` are the other
addresses of the page.
"""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from articles.desk.access import staff_only
from articles.desk.article.loading import find, find_by_number
from articles.desk.article.page import article_page
from articles.desk.article.save import IMAGES, RELATED, SCHEDULE, TEXT, save
from articles.forms.conflict import version_in
from articles.history.since import changes_since
from articles.models import Article
from articles.moderation import CHANGE, DECIDE
from articles.public.article_page import any_article_page


@require_safe
@staff_only(DECIDE)
def article(request, pk):
    found = find(pk)
    if found is None:
        raise Http404
    return article_page(request, found)


@require_safe
@staff_only(DECIDE)
def preview(request, pk):
    """The public page of the article, as readers will see it, whatever its state."""
    found, facts = any_article_page(pk), Article.objects.only("state", "published").filter(pk=pk).first()
    if found is None or facts is None:
        raise Http404
    visible = Article.objects.visible().filter(pk=pk).exists()
    return render(request, "desk/article/preview.html", {"article": found, "facts": facts, "is_visible": visible})


@require_POST
@staff_only(CHANGE)
def edit(request, pk):
    return save(request, pk, TEXT)


@require_POST
@staff_only(CHANGE)
def schedule(request, pk):
    return save(request, pk, SCHEDULE)


@require_POST
@staff_only(CHANGE)
def related(request, pk):
    """Save the related links; or show them moved, searched for, added to: unsaved, for browsers without script."""
    found, version = find(pk), version_in(request.POST)
    asked = request.POST.keys() & {"move", "search", "add", "more"}
    if found is None or version is None or not asked:
        return save(request, pk, RELATED)
    rows = RELATED.form(request, changes_since(found, version))
    added = find_by_number(request.POST.get("add", ""))
    more = [{name: getattr(added, name) for name in ("url", "title", "excerpt", "type")}] if added else []
    search = request.POST.get("q", "") if asked & {"search", "add"} else ""
    return article_page(request, found, related=rows.unsaved(request.POST.get("move", ""), more), search=search)


@require_POST
@staff_only(CHANGE)
def images(request, pk):
    """Save the images; or show them moved, unsaved, for browsers without script."""
    found, version = find(pk), version_in(request.POST)
    if found is None or version is None or "move" not in request.POST:
        return save(request, pk, IMAGES)
    rows = IMAGES.form(request, changes_since(found, version))
    return article_page(request, found, images=rows.unsaved(request.POST["move"]))
