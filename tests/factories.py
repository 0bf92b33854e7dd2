"""Valid rows; a test states only what matters to it."""

from datetime import UTC, datetime
from itertools import count

from django.utils import timezone

from articles.links import canonical, twin_key
from articles.models import (
    Article,
    ArticleImage,
    ArticleTopic,
    Image,
    LinkedPage,
    RelatedLink,
    Story,
    StoryMember,
    Topic,
)
from articles.models.keys import key_of
from articles.models.ranking import rank
from articles.models.related import content_digest
from articles.slugs import slug_of
from providers.models import Provider

_numbers = count(1)


def make_provider(**fields) -> Provider:
    fields.setdefault("domain", f"provider{next(_numbers)}.example")
    fields.setdefault("name", fields["domain"])
    return Provider.objects.create(**fields)


def make_topic(name: str = "", **fields) -> Topic:
    name = name or f"Topic {next(_numbers)}"
    fields.setdefault("slug", slug_of(name, identity=name))
    return Topic.objects.create(name=name, **fields)


def make_image(**fields) -> Image:
    fields.setdefault("url", f"https://pictures.example/{next(_numbers)}.jpg")
    return Image.objects.create(**{"width": 1200, "height": 630, **fields})


def make_article(*, topics=(), images=(), related=(), **fields) -> Article:
    """A pending article; `published=True` alone gives a live one, `reviewed_by=user` adds the time of the review."""
    number = next(_numbers)
    fields.setdefault("title", f"Article {number}")
    fields.setdefault("slug", slug_of(fields["title"], identity=str(number)) + f"-{number}")
    fields.setdefault("path", f"_news/{number}.md")
    fields.setdefault("web_url", f"https://news.example/{number}")
    fields.setdefault("published_at", datetime(2020, 6, 11, 12, number % 60, tzinfo=UTC))
    if "provider" not in fields:
        fields["provider"] = Provider.objects.get_or_create(domain="news.example", defaults={"name": "News"})[0]
    if fields.get("published"):
        fields.setdefault("first_published_at", fields.get("publish_at") or timezone.now())
        fields.setdefault("changed_for_readers_at", fields["first_published_at"])
    if fields.get("reviewed_by"):
        fields.setdefault("reviewed_at", timezone.now())
    fields.setdefault("canonical_url", canonical(fields["web_url"] or fields.get("original_url", "")))
    fields.setdefault("twin_key", key_of(twin_key(fields["canonical_url"])))
    fields.setdefault("rank", rank(fields.get("heat", -1), fields["published_at"]))
    article = Article.objects.create(**fields)
    for position, topic in enumerate(topics):
        ArticleTopic.objects.create(article=article, topic=topic, position=position)
    for position, image in enumerate(images):
        # An image, or one with the texts of its place: (image, {"title": …}).
        image, said = image if isinstance(image, tuple) else (image, {})
        ArticleImage.objects.create(article=article, image=image, position=position, **said)
    for position, link in enumerate(related):
        make_related(article, position=position, **link)
    return article


def make_related(article: Article, **fields) -> RelatedLink:
    fields.setdefault("url", f"https://related.example/{next(_numbers)}")
    fields.setdefault("title", "A related link")
    names = ("position", "origin", "hidden", "placed", "relevance", "shared")
    place = {name: fields.pop(name) for name in names if name in fields}
    place.setdefault("position", article.related.count())
    # As if it had much in common with the article: readers see it, in the order of its position.
    place.setdefault("relevance", 1)
    return RelatedLink.objects.create(article=article, page=make_page(**fields), **place)


def make_page(**fields) -> LinkedPage:
    """The page of related links with this content: there is one row of it."""
    page = LinkedPage(canonical_url=canonical(fields["url"]), **fields)
    provider = page.provider.domain if page.provider else None
    texts = (page.url, page.amp_url, page.cdn_amp_url, page.title, page.excerpt)
    page.digest = content_digest(*texts, page.published_at, page.type, page.quality, provider, page.images)
    return LinkedPage.objects.filter(digest=page.digest).first() or _saved(page)


def _saved(page: LinkedPage) -> LinkedPage:
    page.save()
    return page


def make_story(*articles: Article) -> Story:
    """A story that these articles tell."""
    story = Story.objects.create()
    StoryMember.objects.bulk_create(StoryMember(story=story, article=article) for article in articles)
    return story
