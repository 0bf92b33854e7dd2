from django import forms
from django.contrib import admin
from django.db import models
from django.utils.html import format_html

from articles.admin.mixins.safe_keys import SafeKeys
from articles.models import Image


def thumb(image: Image | None, title: str = "", *, large: bool = False) -> str:
    """A small picture in a frame of a fixed size; the first letter where there is none."""
    kind = "thumb large" if large else "thumb"
    if image is None or not image.src:
        return format_html('<span class="{} none" aria-hidden="true">{}</span>', kind, title[:1].upper() or "?")
    return format_html(
        '<img class="{}" src="{}" alt="" width="{}" height="{}" loading="lazy" referrerpolicy="no-referrer">',
        kind,
        image.thumb_src,
        *(image.size or (96, 64)),
    )


class PictureInline(SafeKeys, admin.TabularInline):
    """Pictures of a topic or provider, in their order; whoever may change that may change them."""

    permission = ""
    fields = ("position", "picture", "image")
    readonly_fields = ("picture",)
    autocomplete_fields = ("image",)
    extra = 0
    verbose_name = "image"
    formfield_overrides = {models.PositiveSmallIntegerField: {"widget": forms.NumberInput(attrs={"class": "order"})}}

    @property
    def media(self):
        return super().media + forms.Media(js=[forms.Script("admin-order.js", type="module")])

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("image")

    @admin.display(description="")
    def picture(self, link):
        return thumb(link.image) if link.pk else ""

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm(self.permission)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission
