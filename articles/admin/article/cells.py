"""Saves the cells of the admin's list. Where somebody else was faster, a page asks what to do."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from articles.admin.article.actions import ArticleActions
from articles.admin.article.cell_rows import CellEdit, pks_in
from articles.moderation.refusals import NotAllowed


class ArticleCells(ArticleActions):
    """For ArticleAdmin."""

    def get_urls(self):
        save = require_POST(self.admin_site.admin_view(self.save_asked_rows))
        return [path("cells/", save, name="articles_article_cells"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        if request.method == "POST" and "_save" in request.POST:
            return self._save_rows(request, pks_in(request.POST), "Nothing was changed, so nothing was saved.")
        return super().changelist_view(
            request, {"may_decide": self.has_decide_permission(request), **(extra_context or {})}
        )

    def save_asked_rows(self, request):
        """Saves the ticked rows of the page that asked about them."""
        pks = [pk for pk in pks_in(request.POST) if f"row-{pk}-do" in request.POST]
        return self._save_rows(request, pks, "No row was ticked, so nothing was done.", answered=True)

    def _save_rows(self, request, pks, nothing: str, *, answered=False):
        if not self.has_decide_permission(request):
            raise PermissionDenied
        edit = CellEdit(by=request.user, data=request.POST, pks=pks, answered=answered)
        if not edit.rows:
            self.message_user(request, nothing, messages.INFO)
        try:
            edit.carry_out()
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        if edit.done:
            self.message_user(request, f"{_articles(edit.done)} saved.", messages.SUCCESS)
        return self._ask(request, edit) if edit.rows else HttpResponseRedirect(self.list_url(request))

    def _ask(self, request, edit):
        # The first question for a reason is no error; an answer without one is.
        asks = not edit.answered and all(row.only_lacks_reason for row in edit.rows)
        list_url = self.list_url(request)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{_articles(len(edit.rows))} {'waits' if len(edit.rows) == 1 else 'wait'} for you",
            "opts": self.opts,
            "edit": edit,
            "rows": edit.rows,
            "list_url": list_url,
            "save_url": reverse("admin:articles_article_cells") + list_url.partition("/article/")[2],
            "media": self.media,
        }
        status = 200 if asks else edit.status
        return TemplateResponse(request, "admin/articles/article/cells.html", context, status=status)


def _articles(number: int) -> str:
    return "1 article" if number == 1 else f"{number} articles"
