"""The layout of the form of one article: its fieldsets, lists and read-only lines, by the person's role."""

from typing import Any

from django.contrib import admin
from django.db import models

from articles.admin.article import fieldsets
from articles.admin.article.forms import ArticleForm
from articles.admin.article.inlines import ImageInline, TopicInline
from articles.admin.article.sent_rows import LIST_PREFIXES
from articles.admin.article.source_notes import source_note
from articles.documents.source import differing_source_values
from articles.forms.fields import LineField, TextField
from articles.moderation import CHANGE


class ArticleChangeForm(admin.ModelAdmin):
    """For ArticleAdmin."""

    form = ArticleForm
    autocomplete_fields = ("provider",)
    formfield_overrides = {
        models.SlugField: {},
        models.CharField: {"form_class": LineField},
        models.TextField: {"form_class": TextField},
    }

    def may_edit(self, request) -> bool:
        return request.user.has_perm(CHANGE)

    def get_fieldsets(self, request, obj=None):
        return fieldsets.fieldsets_for(
            may_decide=self.has_change_permission(request, obj), may_edit=self.may_edit(request)
        )

    def get_readonly_fields(self, request, obj=None):
        return [*fieldsets.READ_ONLY, *(() if self.may_edit(request) else fieldsets.FOR_EDITORS)]

    def get_inlines(self, request, obj):
        return [TopicInline, ImageInline] if self.may_edit(request) else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        source_values = differing_source_values(obj) if obj else {}
        notes = {name: source_note(name, value) for name, value in source_values.items() if name not in LIST_PREFIXES}
        kwargs.setdefault("help_texts", notes)
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        return form
