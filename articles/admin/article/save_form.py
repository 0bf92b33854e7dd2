"""Saving the form of one article: moderation writes it, and the page is shown again whenever moderation refuses."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction

from articles import moderation
from articles.admin.article.change_form import ArticleChangeForm
from articles.admin.article.conflicts import conflict_and_data, with_theirs
from articles.admin.article.fieldsets import FOR_EDITORS, flat
from articles.admin.article.inlines import lists_in
from articles.admin.article.sent_rows import LIST_PREFIXES
from articles.forms.conflict import version_in
from articles.importing.saving.take_source_values import source_values
from articles.models import Article, Channel, Event
from articles.models.fields import SOURCE_FIELDS
from articles.moderation import VERBS, Context
from articles.moderation.refusals import NotAllowed, Refused, Stale, VersionMissing
from articles.moderation.verbs import Publish, Withdraw, WithReason, offered


class ArticleSaving(ArticleChangeForm):
    """For ArticleAdmin."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        context = dict(extra_context or {})
        article = self.get_object(request, unquote(object_id)) if object_id else None
        if article and self.has_change_permission(request, article):
            context["history"] = _latest(article)
            context["offers"] = offered(article, request.user)
            if request.method == "POST":
                return self._save(request, article, object_id, context)
        return super().changeform_view(request, object_id, form_url, context)

    def _save(self, request, article, object_id, context):
        self._refuse_fields_of_others(request)
        current, _, formsets = self._forms(request, article)
        request.POST = with_theirs(request.POST, current, formsets)
        version = version_in(request.POST)
        try:
            if version is None:
                raise VersionMissing()
            if version != article.version:
                raise Stale(article, version)
            return super().changeform_view(request, object_id, "", context)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Refused as refusal:
            return self._show_again(request, object_id, version, refusal, context)

    def _show_again(self, request, object_id, version, refusal, context):
        article = self.get_object(request, unquote(object_id))
        if article is None:
            return super().changeform_view(request, object_id, "", context)
        if isinstance(refusal, Stale | VersionMissing):
            current, typed, formsets = self._forms(request, article)
            conflict, request.POST = conflict_and_data(article, request.POST, version, current, typed, formsets)
            context |= {"conflict": conflict, "history": _latest(article), "offers": offered(article, request.user)}
        request.refusal = refusal
        response = super().changeform_view(request, object_id, "", context)
        response.status_code = refusal.status
        return response

    def _forms(self, request, article):
        """Returns the form as the database has it, the form as it was typed, and the lists as the database has them."""
        fields = flat(options["fields"] for _, options in self.get_fieldsets(request, article))
        form_class = self.get_form(request, article, change=True, fields=fields)
        request.method = "GET"
        formsets, _ = self._create_formsets(  # type: ignore[attr-defined]  # not in the stubs
            request, article, change=True
        )
        request.method = "POST"
        current, typed = form_class(instance=article), form_class(request.POST, instance=article)
        return current, typed, {formset.prefix: formset for formset in formsets}

    def _refuse_fields_of_others(self, request):
        if self.may_edit(request):
            return
        names = (*FOR_EDITORS, *LIST_PREFIXES, *LIST_PREFIXES.values(), "duplicate_of")
        for key in request.POST:
            if key in names or key.startswith(tuple(f"{name}{end}" for name in names for end in ("-", "_0", "_1"))):
                raise PermissionDenied(f"Your role does not change {key}.")

    # Django's steps of saving, in their order

    def save_model(self, request, obj, form, change):
        """Writes nothing: `save_related` has the lists too, and hands all to moderation at once."""

    def save_related(self, request, form, formsets, change):
        verb = VERBS.get(request.POST.get("_decide", ""))
        fields = form.wanted | lists_in(formsets)
        taken = [name for name in request.POST.getlist("_use_source") if name in SOURCE_FIELDS]
        fields |= source_values(form.instance, taken)
        if verb in (Publish, Withdraw):
            fields.pop("published", None)
        at = Context(Channel.ADMIN, uuid4())
        on_version = {"by": request.user, "version": form.cleaned_data["version"], "at": at}
        with transaction.atomic():
            request.events = moderation.apply(form.instance, why=form.why, **fields, **on_version)
            if verb and verb.key:
                chosen = verb(why=form.why) if issubclass(verb, WithReason) else verb()
                on_version["version"] = form.instance.version
                if event := moderation.decide(form.instance, chosen, **on_version):
                    request.events.append(event)

    def construct_change_message(self, request, form, formsets, add=False):
        return []

    def log_change(self, request, obj, message):
        """Writes nothing: moderation has written the event."""

    def response_change(self, request, obj):
        if request.events:
            return super().response_change(request, obj)
        self.message_user(request, "Nothing was changed, so nothing was saved.", messages.INFO)
        return self.response_post_save_change(request, obj)


def _latest(article: Article) -> list[Event]:
    return list(Event.objects.filter(article=article).select_related("by", "reason", "run")[:10])
