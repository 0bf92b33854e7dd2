"""The base class of views that list articles, in pages by keyset."""

from dataclasses import replace
from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.views.generic import TemplateView

from articles.paging import BY_DATE, SIZE, page_of
from articles.public.cards import each_image_once, without_common_topics


def for_readers(page):
    """The page, where no image is on more than one card, and no label on most of them."""
    return replace(page, articles=without_common_topics(each_image_once(page.articles)))


class ArticleList(TemplateView):
    """A page of the cards that `get_articles` returns."""

    order = BY_DATE
    size = SIZE
    section = ""

    def get(self, request, *args, **kwargs):
        page = self.get_page()
        if page.starts_over:
            return HttpResponseRedirect(self.address_of(self.get_kept()))
        return self.render_to_response(self.get_context_data(page=page, **kwargs))

    def get_page(self):
        articles, keep = self.get_articles(), self.get_kept()
        return for_readers(page_of(articles, self.order, self.request.GET, size=self.size, keep=keep))

    def get_articles(self):
        raise NotImplementedError

    def get_kept(self):
        """The parameters in the address of every page of this list."""
        return {}

    def address_of(self, params):
        return self.request.path + ("?" + urlencode(params, safe=":") if params else "")

    def get_context_data(self, **kwargs):
        here = {name: self.request.GET[name] for name in ("after", "before") if name in self.request.GET}
        return super().get_context_data(
            section=self.section, canonical=self.address_of(self.get_kept() | here), **kwargs
        )
