"""Inlines whose rows link to images: those of an article, a topic, a provider."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.db import models

from articles.admin.mixins.safe_keys import SafeRelations
from articles.admin.mixins.thumb import thumb


class ShowsImage(SafeRelations, InlineModelAdmin):
    """For an inline: each row shows its image beside the field that chooses it, and what is said of it there."""

    fields = ("position", "thumbnail", "image", "title", "attribution")
    readonly_fields = ("thumbnail",)
    autocomplete_fields = ("image",)
    extra = 0
    verbose_name = "image"
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 1, "cols": 30})}}

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("image")

    @admin.display(description="")
    def thumbnail(self, link):
        return thumb(link.image) if link.pk else ""


class OrderedImageInline(ShowsImage, admin.TabularInline):
    """Images of a topic or provider, in their order. Who may change that may change them."""

    permission = ""
    formfield_overrides = {
        **ShowsImage.formfield_overrides,
        models.PositiveSmallIntegerField: {"widget": forms.NumberInput(attrs={"class": "order"})},
    }

    @property
    def media(self):
        script: Any = forms.Script("admin-order.js", type="module")  # the stubs of Media know no objects
        return super().media + forms.Media(js=[script])

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm(self.permission)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission
