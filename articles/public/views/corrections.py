"""View of /corrections/: what readers could see before it was withdrawn or taken back, with the reason; no notes."""

from dataclasses import replace
from itertools import groupby
from typing import Any

from django.utils import timezone

from articles.models import Article
from articles.paging import BY_DATE, page_of
from articles.public.queries import with_reason
from articles.public.views.lists import ArticleList


class Corrections(ArticleList):
    template_name = "public/corrections.html"
    section = "corrections"
    order = replace(BY_DATE, field="gone_at")
    size = 50

    def get_page(self):
        return page_of(self.get_articles(), self.order, self.request.GET, size=self.size)

    def get_articles(self):
        gone: Any = with_reason(Article.objects.withdrawn())  # the stubs do not see what that adds
        return gone.select_related("provider").order_by("-gone_at", "-pk")

    def get_context_data(self, **kwargs):
        days = groupby(kwargs["page"].articles, key=lambda article: timezone.localdate(article.gone_at))
        return super().get_context_data(days=[(day, list(articles)) for day, articles in days], **kwargs)
