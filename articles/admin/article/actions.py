"""The ways in which the admin decides on articles: cells of the list, actions over a selection, the decision page."""

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from articles.admin.article.decisions import VERBS, Decision, Verb, pks_in
from articles.models import Channel
from articles.moderation.refusals import NotAllowed

# Beyond this a request would outlast the server’s patience: narrow the list first.
MOST_AT_ONCE = 500
MOST_SHOWN = 50


def _action(verb: Verb):
    @admin.action(permissions=["delete" if verb.name == "delete" else "decide"], description=verb.title)
    def action(modeladmin, request, queryset):
        return modeladmin.decide_on_selection(request, verb, queryset)

    action.__name__ = f"{verb.name}_selected"
    return action


class ArticleDecisions:
    """For ArticleAdmin."""

    actions = [_action(verb) for verb in VERBS.values() if verb.name != "change"]

    def has_decide_permission(self, request, obj=None) -> bool:
        return request.user.has_perm("articles.moderate_article")

    def get_urls(self):
        decide = require_POST(self.admin_site.admin_view(self.decide))
        return [path("decide/", decide, name="articles_article_decide"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        if request.method == "POST" and "_save" in request.POST:
            return self.decide_on_cells(request)
        return super().changelist_view(
            request, {"may_decide": self.has_decide_permission(request), **(extra_context or {})}
        )

    def decide_on_cells(self, request):
        """Save the cells of the list that the person changed."""
        if not self.has_decide_permission(request):
            raise PermissionDenied
        decision = Decision(VERBS["change"], by=request.user, data=request.POST, pks=pks_in(request.POST))
        if not decision.rows:
            self.message_user(request, "Nothing was changed, so nothing was saved.", messages.INFO)
        return self._carry_out(request, decision, Channel.ADMIN)

    def decide_on_selection(self, request, verb, queryset):
        if request.POST.get("select_across") == "1":
            return self._page_across(request, verb, queryset.count())
        pks = [int(pk) for pk in request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)]
        decision = Decision(verb, by=request.user, data=request.POST, pks=pks)
        if verb.asks:
            decision.check()
            return self._page(request, decision)
        return self._carry_out(request, decision, Channel.BULK)

    def decide(self, request):
        """What the decision page sends."""
        verb = VERBS.get(request.POST.get("verb"))
        if verb is None:
            raise BadRequest("There is no such decision.")
        if not request.user.has_perm(verb.needs):
            raise PermissionDenied
        if "across" in request.POST:
            return self._decide_across(request, verb)
        pks = [pk for pk in pks_in(request.POST) if f"row-{pk}-do" in request.POST]
        decision = Decision(verb, by=request.user, data=request.POST, pks=pks, answered=True)
        if not decision.rows:
            self.message_user(request, "No row was ticked, so nothing was done.", messages.INFO)
        return self._carry_out(request, decision, Channel.ADMIN if verb.name == "change" else Channel.BULK)

    def _decide_across(self, request, verb):
        """All that the list's filter finds at this moment, if it is as many as the person agreed to."""
        changelist = self.get_changelist_instance(request)
        versions = dict(changelist.queryset.values_list("pk", "version")[: MOST_AT_ONCE + 1])
        if changelist.problems or str(len(versions)) != request.POST["across"] or len(versions) > MOST_AT_ONCE:
            return self._page_across(request, verb, changelist.queryset.count(), status=409)
        data = request.POST.copy()
        data.update({f"row-{pk}-version": str(version) for pk, version in versions.items()})
        decision = Decision(verb, by=request.user, data=data, pks=versions, answered=True)
        return self._carry_out(request, decision, Channel.BULK)

    def delete_view(self, request, object_id, extra_context=None):
        """Deleting one is the decision page with one row; it says which version the person saw."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        article = self.get_object(request, unquote(object_id))
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        data = {f"row-{article.pk}-version": article.version}
        if request.method == "POST":
            data = {f"row-{article.pk}-version": request.POST.get("version")}
        decision = Decision(VERBS["delete"], by=request.user, data=data, pks=[article.pk])
        if request.method == "POST":
            return self._carry_out(request, decision, Channel.ADMIN)
        return self._page(request, decision)

    # Answers

    def _carry_out(self, request, decision, channel):
        if decision.scores and not decision.scores.is_valid():
            return self._page(request, decision, status=422)
        try:
            decision.carry_out(channel)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        if decision.done:
            self.message_user(request, f"{_articles(decision.done)} {decision.verb.done}.", messages.SUCCESS)
        if not decision.rows:
            return HttpResponseRedirect(self._list_url(request))
        # Asking for the reason of what was unticked in a list is no error; not giving it is.
        asks = not decision.answered and all(row.only_lacks_reason for row in decision.rows)
        return self._page(request, decision, status=200 if asks else decision.status)

    def _page(self, request, decision, status=None, **context):
        return TemplateResponse(
            request,
            "admin/articles/article/decision.html",
            {
                **self.admin_site.each_context(request),
                "title": self._title(decision),
                "opts": self.opts,
                "decision": decision,
                "rows": decision.rows[:MOST_SHOWN],
                "not_shown": max(0, len(decision.rows) - MOST_SHOWN),
                "list_url": self._list_url(request),
                "decide_url": reverse("admin:articles_article_decide") + _query(request),
                "media": self.media,
                **context,
            },
            status=status or decision.status,
        )

    def _page_across(self, request, verb, count, status=None):
        changelist = self.get_changelist_instance(request)
        problems = list(changelist.problems)
        if count > MOST_AT_ONCE:
            problems.append(f"These are {count} articles. Narrow the list to {MOST_AT_ONCE} or fewer.")
        elif status:
            problems.append(f"The list has changed since you agreed: it holds {_articles(count)} now.")
        refused = bool(changelist.problems) or count > MOST_AT_ONCE
        decision = Decision(verb, by=request.user, data=None, pks=())
        status = status or (422 if refused else 200)
        title = f"{verb.title}: all {_articles(count)} of this list"
        return self._page(
            request, decision, status, across=count, problems=problems, refused=refused, title=title, everything=True
        )

    @staticmethod
    def _title(decision) -> str:
        number = _articles(len(decision.rows))
        if any(row.refusal for row in decision.rows):
            return f"{number} {'waits' if len(decision.rows) == 1 else 'wait'} for you"
        return f"{decision.verb.title} {number}"

    @staticmethod
    def _list_url(request) -> str:
        return reverse("admin:articles_article_changelist") + _query(request)


def _query(request) -> str:
    query = QueryDict(request.META.get("QUERY_STRING", "")).urlencode()
    return f"?{query}" if query else ""


def _articles(number: int) -> str:
    return "1 article" if number == 1 else f"{number} articles"
