"""The form of a row with a version: a stale one is refused, and what is saved goes into the log."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import transaction

from articles.admin.kept.stale import conflict_and_data, with_theirs
from articles.forms.conflict import Conflict, version_in
from articles.models import Channel
from articles.vocabulary.history import history_of
from articles.vocabulary.writer import Origin, Verb, delete, log, logged, record

AT_ADMIN = Origin(Channel.ADMIN)


class NotSaved(forms.ModelForm):
    """For a form that is shown again: it is not valid, whatever was typed."""

    conflict: Conflict

    def clean(self):
        values = super().clean()
        self.add_error(None, self.conflict.message or "It has been changed since you opened it.")
        return values


class Versioned(admin.ModelAdmin):
    """For a ModelAdmin of a model with `version`."""

    change_form_template = "admin/kept/change_form.html"

    def get_form(self, request, obj=None, change=False, **kwargs):
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        conflict = getattr(request, "conflict", None)
        return type(form.__name__, (NotSaved, form), {"conflict": conflict}) if conflict else form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        context = dict(extra_context or {})
        with transaction.atomic():
            row = self._locked(request, object_id) if object_id and request.method == "POST" else None
            if row is not None and self.has_change_permission(request, row):
                return self._save(request, row, object_id, form_url, context)
            response = super().changeform_view(request, object_id, form_url, context)
        return self._with_history(request, response)

    def _locked(self, request, object_id):
        found = self.get_object(request, unquote(object_id))
        # Without the annotations of the list: PostgreSQL locks no groups.
        return found and self.model._default_manager.select_for_update().filter(pk=found.pk).first()

    def _save(self, request, row, object_id, form_url, context):
        current, formsets = self._current(request, row)
        request.POST = with_theirs(request.POST, current, formsets)
        version = version_in(request.POST)
        if version == row.version:
            request.before = logged(row)
            return self._with_history(request, super().changeform_view(request, object_id, form_url, context))
        typed = type(current)(request.POST, request.FILES, instance=self.get_object(request, unquote(object_id)))
        request.conflict, request.POST = conflict_and_data(row, request.POST, version, current, typed, formsets)
        response = super().changeform_view(request, object_id, form_url, {**context, "conflict": request.conflict})
        response.status_code = request.conflict.status
        return self._with_history(request, response)

    def _current(self, request, row):
        """Returns the form and the lists as the database has them."""
        request.method = "GET"
        form_class = self.get_form(request, row, change=True)
        formsets, _ = self._create_formsets(request, row, change=True)  # type: ignore[attr-defined]  # not in the stubs
        request.method = "POST"
        return form_class(instance=row), {formset.prefix: formset for formset in formsets}

    def _with_history(self, request, response):
        if row := (getattr(response, "context_data", None) or {}).get("original"):
            response.context_data["history"] = history_of(row, request.user)
        return response

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        row: Any = form.instance
        if change:
            record(row, request.before, by=request.user, at=AT_ADMIN)
        else:
            log(row, Verb.CREATE, {}, logged(row), by=request.user, at=AT_ADMIN)

    def delete_model(self, request, obj):
        delete(obj, by=request.user, at=AT_ADMIN)

    def delete_queryset(self, request, queryset):
        with transaction.atomic():
            for row in self.model._default_manager.filter(pk__in=list(queryset.values_list("pk", flat=True))):
                delete(row, by=request.user, at=AT_ADMIN)
