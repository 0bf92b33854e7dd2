"""The actions of the admin's list: they lead to the desk's preview of a bulk decision on the selected articles."""

from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin import helpers
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse

from articles.moderation import CHANGE, DECIDE, DELETE, VERBS
from articles.moderation.verbs import Verb

# As `has_…_permission` of ArticleAdmin calls them.
PERMISSIONS = {DECIDE: "decide", CHANGE: "edit", DELETE: "delete"}


def _action(verb: type[Verb]):
    @admin.action(permissions=[PERMISSIONS[verb.permission]], description=f"{verb.label} …")
    def action(modeladmin, request, queryset):
        return modeladmin.preview_selection(request, verb)

    action.__name__ = f"{verb.name}_selected"
    return action


class ArticleActions(admin.ModelAdmin):
    """For ArticleAdmin."""

    actions = [_action(verb) for verb in VERBS.values() if verb.in_bulk]

    def has_decide_permission(self, request, obj=None) -> bool:
        return request.user.has_perm(DECIDE)

    def has_edit_permission(self, request, obj=None) -> bool:
        return request.user.has_perm(CHANGE)

    def preview_selection(self, request, verb):
        """Shows what the verb would do to the ticked rows, on the versions of the list, or to all rows that match."""
        if request.POST.get("select_across") == "1":
            return self._to_preview(request, verb, all="1", list="articles", filter=_query(request))
        pks = request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)
        selected = " ".join(f"{pk}:{request.POST.get(f'row-{pk}-version', '')}" for pk in pks)
        return self._to_preview(request, verb, selected=selected)

    def delete_view(self, request, object_id, extra_context=None):
        """Shows what deleting the article would do, on the version that the person saw."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        article = self.get_object(request, unquote(object_id))
        if article is None:
            return self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined]  # not in the stubs
                request, self.opts, object_id
            )
        version = request.POST.get("version", "") if request.method == "POST" else article.version
        return self._to_preview(request, VERBS["delete"], selected=f"{article.pk}:{version}")

    def list_url(self, request) -> str:
        query = _query(request)
        return reverse("admin:articles_article_changelist") + (f"?{query}" if query else "")

    def _to_preview(self, request, verb, **selection):
        params = {"action": verb.name, **selection, "next": self.list_url(request)}
        return HttpResponseRedirect(f"{reverse('desk_bulk_selection')}?{urlencode(params)}")


def _query(request) -> str:
    return QueryDict(request.META.get("QUERY_STRING", "")).urlencode()
