"""The read-only lines of an article's form."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime

from articles.admin.article import columns
from articles.admin.article.source_notes import use_button
from articles.admin.mixins.thumb import thumb
from articles.documents.source import differing_source_values
from articles.forms.values import value_in_words
from articles.history.labels import label
from articles.models import Article

RELATED_SHOWN = 5


class ArticleRecordLines(admin.ModelAdmin):
    """For ArticleAdmin."""

    @admin.display(description="State")
    def state_badge(self, article):
        return columns.badge(article)

    @admin.display(description="Review")
    def review(self, article):
        if not article.reviewed_at:
            return "nobody yet"
        who = article.reviewed_by or f"the rule “{article.ruled_by.name}”"
        return f"{who}, {localtime(article.reviewed_at):%Y-%m-%d %H:%M}"

    @admin.display(description="Possible duplicates")
    def possible_duplicates(self, article):
        others = [*filter(None, [article.duplicate_of]), *article.duplicates.all()]
        same_url = Article.objects.filter(twin_key=article.twin_key).exclude(pk=article.pk)
        return _linked({other.pk: other for other in [*others, *same_url[:10]]}.values())

    @admin.display(description="Conflicts with the source")
    def undecided_conflicts(self, article):
        return ", ".join(label(name) for name in article.conflicts) or "—"

    @admin.display(description="Lists of the source")
    def lists_of_the_source(self, article):
        lists = {name: value for name, value in differing_source_values(article).items() if isinstance(value, list)}
        lines = ((label(name), value_in_words(name, value), use_button(name)) for name, value in lists.items())
        return format_html_join("", '<div class="source-note">{}: <q>{}</q>{}</div>', lines) or "as they are here"

    @admin.display(description="Topics")
    def topics_shown(self, article):
        return ", ".join(str(topic) for topic in article.ordered_topics) or "—"

    @admin.display(description="Pictures")
    def images_shown(self, article):
        return format_html_join(" ", "{}", ((thumb(image),) for image in article.ordered_images)) or "—"

    @admin.display(description="Related links")
    def related_shown(self, article):
        row = '<li><a href="{}" rel="noopener noreferrer" target="_blank">{}</a>{}</li>'
        links = article.related.select_related("page__target").most_relevant_first()[:RELATED_SHOWN]
        items = format_html_join("", row, ((link.url, link, _where(link)) for link in links))
        page = format_html(
            '<p><a href="{}#related">All {} related links, at the desk</a></p>',
            reverse("desk_article", args=[article.pk]),
            article.related.count(),
        )
        closed = "Closed: links that documents add from now on arrive hidden." if article.related_closed else ""
        return format_html("<ol>{}</ol>{}{}", items, format_html("<p>{}</p>", closed) if closed else "", page)


def _where(link) -> str:
    hidden = " (hidden)" if link.hidden else ""
    return format_html("{}{}", hidden, format_html(" → {}", _linked([link.target])) if link.target else "")


def _linked(articles) -> str:
    rows = ((reverse("admin:articles_article_change", args=[a.pk]), a, columns.badge(a)) for a in articles)
    return format_html_join(", ", '<a href="{}">{}</a> {}', rows) or "—"
