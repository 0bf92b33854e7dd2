"""The ordered lists of an article inside its form. Moderation writes them; the formsets save nothing."""

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.forms import BaseInlineFormSet

from articles.admin.article.forms import OrderedForm, OrderedImageForm
from articles.admin.mixins.image_inline import ShowsImage
from articles.admin.mixins.safe_keys import SafeRelations
from articles.history.images import IMAGE_TEXTS
from articles.models import ArticleImage, ArticleTopic
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
    form = OrderedImageForm


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
                wanted["images"] = [_place(form) for form in forms]
    return wanted


def _place(form: OrderedImageForm) -> ArticleImage:
    return ArticleImage(image=form.cleaned_data["image"], **{name: form.text_of(name) for name in IMAGE_TEXTS})
