"""Addresses that are put together without `reverse()`, since lists ask for thousands, are those of urls.py."""

import pytest
from django.urls import reverse

from articles.models import Article, Topic
from articles.public.cards import PublicArticle, Publisher, TopicLabel
from articles.public.front import Candidate
from articles.public.topic_tree import TopicValues
from providers.models import Provider


class Row(PublicArticle):
    slug = "a-slug"


SUBJECT = TopicValues(pk=1, slug="a-slug", name="", short_name="", description="", parent_id=None, visible_count=0)


@pytest.mark.parametrize(
    ("shown", "name", "key"),
    [
        (Article(slug="a-slug"), "article", "a-slug"),
        (Row(), "article", "a-slug"),
        (Candidate(pk=1, rank=0, provider=1, title="", slug="a-slug"), "article", "a-slug"),
        (Topic(slug="a-slug"), "topic", "a-slug"),
        (TopicLabel(pk=1, slug="a-slug", name="", short_name=""), "topic", "a-slug"),
        (SUBJECT, "topic", "a-slug"),
        (Provider(domain="news.example"), "provider", "news.example"),
        (Publisher(pk=1, domain="news.example", name=""), "provider", "news.example"),
    ],
)
def test_an_absolute_url_is_that_of_its_name(shown, name, key):
    assert shown.get_absolute_url() == reverse(name, args=[key])
