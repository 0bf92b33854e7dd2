"""The columns of the list of articles, and the cells that are edited in it."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime

from articles.admin.mixins.thumb import thumb
from articles.forms.decisions import EditedRowForm
from articles.models import Article


def badge(article: Article) -> str:
    return format_html('<span class="badge {}">{}</span>', article.state, article.get_state_display())


def initial_row(article: Article) -> dict[str, object]:
    """Returns the initial values of EditedRowForm: what the person sees, in the hidden and in the open cells."""
    values = {"published": article.published, "quality": article.quality, "heat": article.heat}
    return {"version": article.version, **values, **{f"seen_{name}": value for name, value in values.items()}}


def row_form(article: Any) -> EditedRowForm:
    """Returns the form of the row. The article keeps it, since each cell asks for it."""
    if not hasattr(article, "row_form"):
        article.row_form = EditedRowForm(prefix=f"row-{article.pk}", initial=initial_row(article))
        for name in ("published", "quality", "heat"):
            article.row_form.fields[name].widget.attrs["aria-label"] = f"{name.capitalize()}: {article}"
    return article.row_form


class ArticleColumns(admin.ModelAdmin):
    """For ArticleAdmin. `ArticleChangeList` fetches all that these show."""

    list_display = ("thumbnail", "headline", "original", "state_badge", "published_cell", "quality_cell", "heat_cell")
    list_display_links = None
    list_per_page = 50
    # A page never holds more rows than a form may have fields.
    list_max_show_all = 50
    show_full_result_count = False

    @admin.display(description="")
    def thumbnail(self, article):
        return thumb(article.lead_image, article.title)

    @admin.display(description="Article", ordering="title")
    def headline(self, article):
        here = reverse("admin:articles_article_change", args=[article.pk])
        topics = format_html_join(" ", '<span class="topic">{}</span>', ((topic,) for topic in article.ordered_topics))
        page = original = ""
        if article.url:
            link = '<a href="{}" rel="noopener noreferrer" target="_blank">original ↗</a>'
            original = format_html(link, article.url)
        if article.readers_see_it:
            page = format_html('<a href="{}">our page</a>', article.get_absolute_url())
        return format_html(
            '<a class="headline" href="{}">{}</a><span class="under">{} {} {}</span>',
            here,
            article.title,
            original,
            page,
            topics,
        )

    @admin.display(description="State", ordering="state")
    def state_badge(self, article):
        return badge(article)

    @admin.display(description="Published", ordering="published")
    def published_cell(self, article):
        form = row_form(article)
        hidden = format_html_join("", "{}", ((field,) for field in form.hidden_fields()))
        return format_html("{}{}", form["published"], hidden)

    @admin.display(description="Quality", ordering="quality")
    def quality_cell(self, article):
        return row_form(article)["quality"]

    @admin.display(description="Heat", ordering="heat")
    def heat_cell(self, article):
        return row_form(article)["heat"]

    @admin.display(description="Original", ordering="published_at")
    def original(self, article):
        when = localtime(article.published_at)
        return format_html(
            '<span class="provider">{}</span> <time datetime="{}">{} <span class="time">{}</span></time>',
            article.provider,
            when.isoformat(),
            date_format(when, "j M Y"),
            date_format(when, "H:i"),
        )
