"""What is only read: events, runs and their files; and the tombstones and reasons beside them."""

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime

from articles.admin.mixins.careful_list import CarefulList
from articles.admin.mixins.safe_keys import SafeKeys
from articles.admin.mixins.seen_by_readers import SeenByReaders
from articles.history.labels import changes_of, label, words
from articles.models import Article, Event, ImportFile, ImportRun, Reason, Tombstone


class ReadOnly(CarefulList, admin.ModelAdmin):
    """Nobody adds, changes or deletes these here, a superuser neither."""

    show_full_result_count = False
    actions = None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Event)
class EventAdmin(ReadOnly):
    list_display = ("when", "by", "verb", "article_link", "what_changed", "reason", "channel")
    list_display_links = ("when",)
    list_filter = (("by", admin.RelatedOnlyFieldListFilter), "verb", "channel")
    list_select_related = ("by", "reason")
    date_hierarchy = "at"
    search_fields = ("title", "note", "by__username")
    fields = (
        "at", "by", "channel", "verb", "article_link", "version", "what_changed", "reason", "note", "batch", "run",
        "was_deleted",
    )  # fmt: skip

    def get_queryset(self, request):
        there = Article.objects.filter(pk=OuterRef("article_id"))
        return super().get_queryset(request).annotate(is_there=Exists(there))

    @admin.display(description="when", ordering="at")
    def when(self, event):
        return date_format(localtime(event.at), "j M Y, H:i")

    @admin.display(description="article", ordering="title")
    def article_link(self, event):
        if not event.is_there:
            return event.title
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:articles_article_change", args=[event.article_id]), event.title
        )

    @admin.display(description="changed")
    def what_changed(self, event):
        row = "<div>{} <del>{}</del> → <ins>{}</ins></div>"
        lines = format_html_join("", row, ((c.label, c.before, c.after) for c in changes_of(event)))
        return format_html('<div class="event">{}</div>', lines) if lines else "—"

    @admin.display(description="what was deleted")
    def was_deleted(self, event):
        if event.verb != "delete":
            return "—"
        return format_html_join("", "<div>{}: {}</div>", ((label(n), words(v)) for n, v in event.before.items()))


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly):
    list_display = ("__str__", "status", "started_at", "finished_at", "by", "channel", "documents")
    list_filter = ("status", "channel")
    list_select_related = ("by",)
    date_hierarchy = "started_at"
    fields = (
        "status",
        "started_at",
        "finished_at",
        "by",
        "channel",
        "holder",
        "roots",
        "options",
        "documents",
        "files",
    )

    def changelist_view(self, request, extra_context=None):
        # Importers see no list of articles, topics or providers that could lead them there.
        names = ("articles.article", "articles.topic", "providers.provider")
        may = [name.split(".") for name in names if request.user.has_perm(name.replace(".", ".import_"))]
        links = [(f"{model}s", reverse(f"admin:{app}_{model}_import")) for app, model in may]
        return super().changelist_view(request, {"may_import": links, **(extra_context or {})})

    @admin.display(description="documents")
    def documents(self, run):
        return ", ".join(f"{number} {verdict}" for verdict, number in run.counts.items() if number) or "none"

    @admin.display(description="files")
    def files(self, run):
        url = reverse("admin:articles_importfile_changelist")
        return format_html('<a href="{}?run__id__exact={}">verdicts and messages</a>', url, run.pk)


@admin.register(ImportFile)
class ImportFileAdmin(ReadOnly):
    list_display = ("path", "verdict", "run", "message_lines")
    list_filter = ("verdict",)
    list_select_related = ("run",)
    list_per_page = 50
    search_fields = ("path",)
    fields = ("path", "verdict", "run", "article", "message_lines", "change_lines")

    @admin.display(description="messages")
    def message_lines(self, file):
        row = '<div class="message-{}">{} {} {}</div>'
        return format_html_join("", row, (_message(message) for message in file.messages))

    @admin.display(description="changes")
    def change_lines(self, file):
        row = '<div class="event">{} <del>{}</del> → <ins>{}</ins></div>'
        return format_html_join(
            "", row, ((label(name), words(before), words(after)) for name, (before, after) in file.changes.items())
        )


def _message(message: dict) -> tuple[str, str, str, str]:
    line = f"line {message['line']}:" if message.get("line") else ""
    return message.get("level", ""), line, message.get("field", ""), message.get("text", "")


@admin.register(Tombstone)
class TombstoneAdmin(SafeKeys, CarefulList, admin.ModelAdmin):
    """To delete a tombstone is to let the next import bring the article back."""

    list_display = ("title", "path", "deleted_by", "deleted_at")
    list_select_related = ("deleted_by",)
    search_fields = ("title", "path", "canonical_url")
    delete_confirmation_template = "admin/articles/tombstone/revive.html"
    fields = ("title", "path", "canonical_url", "deleted_by", "deleted_at")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_actions(self, request, action_location=admin.ActionLocation.CHANGE_LIST):
        actions = super().get_actions(request, action_location=action_location)
        if "delete_selected" in actions:
            actions["delete_selected"].description = "Revive"
            actions["delete_selected"].plural_description = "Revive: let imports bring these back"
        return actions


@admin.register(Reason)
class ReasonAdmin(SafeKeys, SeenByReaders, CarefulList, admin.ModelAdmin):
    list_display = ("label", "slug", "position", "active")
    prepopulated_fields = {"slug": ("label",)}
