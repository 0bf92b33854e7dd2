"""/desk/articles/<pk>/: the page of one article, which is one form.

`page` builds the page, `sections` reads what was sent, `save` saves it; `actions`, `delete`, `history` and `suggest`
have the other addresses.
"""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from articles.desk.access import staff_only
from articles.desk.article.actions import hold
from articles.desk.article.answers import gone
from articles.desk.article.loading import find_article
from articles.desk.article.page import article_page
from articles.desk.article.save import save, show
from articles.desk.article.sections import SECTIONS, Section, Sent, refuse_others
from articles.forms.conflict import version_in
from articles.history.since import changes_since
from articles.models import Article
from articles.moderation import DECIDE
from articles.public.article_page import any_article_page


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(DECIDE)
def article(request, pk):
    if request.method == "POST":
        return _sent(request, pk)
    found = find_article(pk)
    if found is None:
        raise Http404
    return article_page(request, found)


def _sent(request, pk: int):
    """Saves, unless a button was pressed that saves nothing."""
    refuse_others(request.user, request.POST)
    if "hold" in request.POST:
        return hold(request, pk)
    section = next((section for section in SECTIONS if f"{section.name}-do" in request.POST), None)
    if section is None or version_in(request.POST) is None:
        return save(request, pk)
    return _step(request, pk, section)


def _step(request, pk: int, section: Section):
    """Shows the page as it was sent after a step in one section, for browsers without script; saves nothing."""
    version, found = version_in(request.POST), find_article(pk)
    if found is None:
        return gone(request, pk, version)
    sent = Sent(request, changes_since(found, version))
    form = sent.forms[section.name].unsaved(request.POST[f"{section.name}-do"])
    sent.forms[section.name], sent.typed[section.name] = form, list(section.fields) if form.is_unsaved else []
    return show(request, found, sent, 200)


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
