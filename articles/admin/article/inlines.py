"""The ordered lists of an article inside its form. Moderation writes them; the formsets save nothing."""

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.db import models
from django.forms import BaseInlineFormSet
from django.urls import reverse
from django.utils.html import format_html

from articles.admin.article.forms import OrderedForm, RelatedForm
from articles.admin.mixins.image_inline import ShowsImage
from articles.admin.mixins.safe_keys import SafeRelations
from articles.forms.fields import LineField, TextField
from articles.models import ArticleImage, ArticleTopic, RelatedLink
from articles.moderation import CHANGE


class NamedInputs(BaseInlineFormSet):
    """Names each input for screen readers: the admin names only the columns."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for name, field in form.fields.items():
            field.widget.attrs.setdefault("aria-label", str(field.label or name.capitalize()))


class InlineOfArticle(InlineModelAdmin):
    """Who may change the text of an article may change its lists."""

    extra = 0
    formset = NamedInputs

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm(CHANGE)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class TopicInline(SafeRelations, InlineOfArticle, admin.TabularInline):
    model = ArticleTopic
    form = OrderedForm
    fields = ("position", "topic")
    autocomplete_fields = ("topic",)
    verbose_name = "topic"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("topic")


class ImageInline(ShowsImage, InlineOfArticle, admin.TabularInline):
    model = ArticleImage
    form = OrderedForm


class RelatedInline(InlineOfArticle, admin.StackedInline):
    model = RelatedLink
    form = RelatedForm
    fk_name = "article"
    fieldsets = (
        (None, {"fields": (("position", "hidden", "origin_shown", "target_shown"), "url", "title", "excerpt")}),
        (
            "More",
            {"fields": (("type", "quality", "published_at"), "amp_url", "cdn_amp_url"), "classes": ("collapse",)},
        ),
    )
    readonly_fields = ("origin_shown", "target_shown")
    verbose_name = "related link"
    formfield_overrides = {
        models.CharField: {"form_class": LineField},
        models.TextField: {"form_class": TextField, "widget": admin.widgets.AdminTextareaWidget(attrs={"rows": 2})},
    }

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("target", "provider")

    @admin.display(description="from")
    def origin_shown(self, link):
        if not link.pk:
            return "you"
        by = "an editor" if link.origin == RelatedLink.Origin.EDITOR else "the document"
        return f"{by} · {link.provider}" if link.provider else by

    @admin.display(description="our article")
    def target_shown(self, link):
        if not link.target_id:
            return "—"
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:articles_article_change", args=[link.target_id]), link.target
        )


def lists_in(formsets) -> dict[str, list]:
    """Returns the lists that the person changed, as `moderation.apply` takes them."""
    wanted: dict[str, list] = {}
    for formset in formsets:
        if not formset.has_changed():
            continue
        forms = [form for form in formset.forms if form not in formset.deleted_forms and form.cleaned_data]
        forms.sort(key=lambda form: form.place)
        match formset.prefix:
            case "topic_links":
                wanted["topics"] = [form.cleaned_data["topic"] for form in forms]
            case "image_links":
                wanted["images"] = [form.cleaned_data["image"] for form in forms]
            case "related":
                wanted["related"] = [form.item for form in forms]
    return wanted
