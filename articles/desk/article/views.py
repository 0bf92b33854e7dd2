"""/desk/articles/<pk>/: the page of one article, and the addresses of its four forms.

`page` builds the page, `save` saves the forms; `actions`, `delete`, `history` and `suggest` have the other addresses.
"""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from articles.desk.access import staff_only
from articles.desk.article.loading import find_article, find_by_number
from articles.desk.article.page import article_page
from articles.desk.article.save import IMAGES_SECTION, RELATED_SECTION, SCHEDULE_SECTION, TEXT_SECTION, save_section
from articles.forms.conflict import version_in
from articles.history.since import changes_since
from articles.models import Article
from articles.moderation import CHANGE, DECIDE
from articles.public.article_page import any_article_page


@require_safe
@staff_only(DECIDE)
def article(request, pk):
    found = find_article(pk)
    if found is None:
        raise Http404
    return article_page(request, found)


@require_safe
@staff_only(DECIDE)
def preview(request, pk):
    """The public page of the article, as readers will see it, whatever its state."""
    page, row = any_article_page(pk), Article.objects.only("state", "published").filter(pk=pk).first()
    if page is None or row is None:
        raise Http404
    visible = Article.objects.visible().filter(pk=pk).exists()
    context = page.context(request.GET) | {"row": row, "is_visible": visible}
    return render(request, "desk/article/preview.html", context)


@require_POST
@staff_only(CHANGE)
def edit(request, pk):
    return save_section(request, pk, TEXT_SECTION)


@require_POST
@staff_only(CHANGE)
def schedule(request, pk):
    return save_section(request, pk, SCHEDULE_SECTION)


@require_POST
@staff_only(CHANGE)
def related(request, pk):
    """Saves the related links; for browsers without script, shows them moved, searched or added to, unsaved."""
    found, version = find_article(pk), version_in(request.POST)
    asked = request.POST.keys() & {"move", "search", "add", "more"}
    if found is None or version is None or not asked:
        return save_section(request, pk, RELATED_SECTION)
    rows = RELATED_SECTION.form(request, changes_since(found, version))
    added = find_by_number(request.POST.get("add", ""))
    more = [{name: getattr(added, name) for name in ("url", "title", "excerpt", "type")}] if added else []
    search = request.POST.get("q", "") if asked & {"search", "add"} else ""
    return article_page(request, found, related=rows.unsaved(request.POST.get("move", ""), more), search=search)


@require_POST
@staff_only(CHANGE)
def images(request, pk):
    """Saves the images; for browsers without script, shows them moved, unsaved."""
    found, version = find_article(pk), version_in(request.POST)
    if found is None or version is None or "move" not in request.POST:
        return save_section(request, pk, IMAGES_SECTION)
    rows = IMAGES_SECTION.form(request, changes_since(found, version))
    return article_page(request, found, images=rows.unsaved(request.POST["move"]))
