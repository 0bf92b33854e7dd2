from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.views.generic import ListView

from articles.models import Article
from articles.paging import BY_DATE
from articles.public.cards import prepared_cards
from articles.public.queries import visible_providers, with_visible_count
from articles.public.views.lists import ArticleList
from providers.models import ProviderImage

_articles = prepared_cards(
    BY_DATE, lambda now, provider: Article.objects.visible(now).filter(provider=provider).latest_first()
)


class Providers(ListView):
    template_name = "providers/providers.html"
    context_object_name = "providers"
    extra_context = {"section": "providers", "canonical": reverse_lazy("providers")}

    def get_queryset(self):
        return with_visible_count(visible_providers()).defer("source")


class ProviderArticles(ArticleList):
    template_name = "providers/provider.html"
    section = "providers"

    def get(self, request, domain):
        known = visible_providers().prefetch_related(
            Prefetch("image_links", ProviderImage.objects.select_related("image"))
        )
        provider = known.filter(domain=domain).first()
        if provider is None:
            # A domain that was merged or renamed.
            return redirect(get_object_or_404(visible_providers(), merged__domain=domain), permanent=True)
        self.provider = provider
        return super().get(request)

    def get_articles(self):
        return _articles(provider=self.provider.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(provider=self.provider, **kwargs)
