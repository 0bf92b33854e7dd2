"""Views of the public pages. Every query starts with `visible()`, and no view reads the session."""

from itertools import groupby

from django.conf import settings
from django.http import Http404, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from articles.models import Article, TopicOldSlug
from articles.paging import BY_DATE
from articles.public import front, moved
from articles.public.article_page import visible_article_page
from articles.public.cards import cards_of, prepared_cards
from articles.public.filters import ReaderFilter
from articles.public.queries import stories_of_topics, with_reason
from articles.public.story_page import story_at, story_page
from articles.public.topic_tree import has_many, visible_tree
from articles.public.views.lists import ArticleList, for_readers
from articles.stories.readers import one_place

_latest = prepared_cards(BY_DATE, lambda now: one_place(Article.objects.visible(now)).latest_first())
_of_topics = {
    many: prepared_cards(
        BY_DATE,
        lambda now, topics, many=many: stories_of_topics(
            Article.objects.visible(now), topics, many=many
        ).latest_first(),
    )
    for many in (True, False)
}


class Front(ArticleList):
    template_name = "public/front.html"
    section = "front"

    def get_page(self):
        return for_readers(front.page(self.request.GET))


class Latest(ArticleList):
    template_name = "public/latest.html"
    section = "latest"

    @cached_property
    def filter(self):
        return ReaderFilter(self.request.GET, queryset=Article.objects.visible().latest_first())

    def get_articles(self):
        is_whole = self.filter.is_valid() and not self.filter.chosen
        return _latest() if is_whole else cards_of(one_place(self.filter.qs), self.order)

    def get_kept(self):
        return self.filter.chosen

    def get_context_data(self, **kwargs):
        days = groupby(kwargs["page"].articles, key=lambda article: timezone.localdate(article.published_at))
        return super().get_context_data(form=self.filter.form, days=[(day, list(rows)) for day, rows in days], **kwargs)

    def render_to_response(self, context, **kwargs):
        return super().render_to_response(context, status=200 if self.filter.is_valid() else 400, **kwargs)


class About(TemplateView):
    """The page that explains to readers how the site works."""

    template_name = "public/about.html"
    extra_context = {"section": "about", "canonical": reverse_lazy("about")}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            half_life=settings.FRONT_HALF_LIFE,
            per_provider=front.PER_PROVIDER,
            pictures=settings.REMOTE_IMAGES,
            time_zone=settings.TIME_ZONE,
            **kwargs,
        )


class Topics(TemplateView):
    template_name = "public/topics.html"

    def get_context_data(self, **kwargs):
        roots = [node for node in visible_tree(counted=True).values() if not node.parent]
        return super().get_context_data(section="topics", nodes=roots, canonical=self.request.path, **kwargs)


class TopicArticles(ArticleList):
    template_name = "public/topic.html"
    section = "topics"

    def get(self, request, slug):
        tree = visible_tree()
        if slug not in tree:
            return _moved_topic(slug, tree)
        self.node = tree[slug]
        return super().get(request)

    def get_articles(self):
        topics = [node.topic.pk for node in self.node.branch]
        return _of_topics[has_many(topics)](topics=topics)

    def get_context_data(self, **kwargs):
        return super().get_context_data(node=self.node, topic=self.node.topic, **kwargs)


def _moved_topic(slug, tree):
    old = TopicOldSlug.objects.filter(slug=slug).select_related("topic").first()
    if old is None or old.topic.slug not in tree:
        raise Http404
    return HttpResponsePermanentRedirect(old.topic.get_absolute_url())


@require_safe
def article(request, slug):
    found = visible_article_page(slug)
    if found is None:
        return _not_here(request, slug)
    context = found.context(request.GET) | {"canonical": found.get_absolute_url()}
    return render(request, "public/article/article.html", context)


def _not_here(request, slug):
    """Redirects to where the article is now, or answers 410 for one that has left the site, or else 404."""
    keys = moved.articles_of(slug)
    if place := moved.place_of(keys):
        if place.article:
            return HttpResponsePermanentRedirect(reverse("article", args=[place.article]))
        if found := story_page(place.story):
            # Not for ever: the address changes with the lead, and a decision may be undone.
            return HttpResponseRedirect(found.get_absolute_url())
    gone = with_reason(moved.gone_among(keys)).only("title", "reviewed_at").first()
    if gone is None:
        raise Http404
    return render(request, "public/article/withdrawn.html", {"article": gone}, status=410)


@require_safe
def story(request, slug):
    """A story by the slug of its lead. By that of another of its articles, or an earlier one, it redirects there."""
    found = story_at(slug)
    if found is None and (place := moved.place_of(moved.articles_of(slug))):
        found = story_at(place.article) if place.article else story_page(place.story)
    if found is None:
        raise Http404
    if slug != found.lead.slug:
        return HttpResponsePermanentRedirect(found.get_absolute_url())
    return render(request, "public/story.html", {"story": found, "canonical": found.get_absolute_url()})
