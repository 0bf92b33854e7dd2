"""The seeds and the real documents go in, and come out as upstream's site shows them."""

import json
from datetime import UTC, datetime

import pytest

from articles import moderation
from articles.documents.parse import record_of
from articles.models import (
    Article,
    Event,
    Reason,
    Topic,
)
from providers.models import Provider
from tests.importing.runs.verdicts import run

pytestmark = pytest.mark.django_db


def test_every_field_of_the_seeds_comes_back_from_the_database(seeds):
    run(seeds)

    article = Article.objects.get(path="001_a1d6dde27135930d.txt")
    said = record_of(article)

    assert (article.title, article.excerpt, article.web_url) == (said.title, said.excerpt, said.web_url)
    assert article.published_at == datetime(2020, 6, 11, 13, 11, tzinfo=UTC)
    assert (article.quality, article.heat, article.published, article.state) == (24, -1, False, "pending")
    assert (article.provider.domain, article.provider.name) == ("loopinsight.com", "The Loop")
    assert [topic.name for topic in article.ordered_topics] == ["AWS AI", "AI"]
    picture = article.ordered_images[0]
    assert (picture.url, picture.width, picture.height, picture.is_cached, picture.title) == (
        "https://www.loopinsight.com/images/logo.png",
        520,
        208,
        True,
        article.title,
    )
    assert f'secured: "{article.secured}"' in (seeds / article.path).read_text()
    links = list(article.related.all())
    assert [link.url for link in links] == [r.url for r in said.related]
    assert [(link.provider.domain, link.quality, link.amp_url) for link in links] == [
        (r.provider.domain, r.quality, r.amp_url) for r in said.related
    ]
    assert [[image["url"] for image in link.images] for link in links] == [
        [image.url for image in r.images] for r in said.related
    ]
    # The Tech.co story is a seed itself: the link leads to our own article, whichever came first.
    assert links[2].target == Article.objects.get(path="000_ff5a3c079c4dff48.txt")


def test_importing_the_seeds_again_changes_nothing(seeds):
    run(seeds)
    before = list(Article.objects.order_by("pk").values())

    report, _items = run(seeds)

    assert report.counts == {"unchanged": 5}
    assert list(Article.objects.order_by("pk").values()) == before
    assert Event.objects.count() == 0


def test_the_whole_corpus_goes_in_with_one_command(corpus):
    report, _ = run(corpus / "2021-01-08")

    assert report.counts == {"created": 219, "kept": 41}
    assert report.exit_code == 0
    assert Topic.objects.get(slug="common-data-service").parent.name == "Power Apps"
    assert Provider.objects.get(domain="mit.edu").other_names == ["Massachusetts Institute of Technology"]


def test_the_visible_articles_are_those_of_the_site_in_its_order(corpus):
    run(corpus / "2021-01-08")
    pages = [json.loads((corpus / f"2021-01-08/api/news/page/{n}/index.json").read_text()) for n in (1, 2, 3)]

    paths = list(Article.objects.visible().latest_first().values_list("path", flat=True))

    assert len(paths) == 65
    assert paths == [article["path"] for page in pages for article in page["value"]]


def test_the_topics_hold_what_the_sites_pages_of_topics_hold(corpus):
    run(corpus / "2021-01-08")

    for file in (corpus / "2021-01-08/api/news").glob("*/index.json"):
        said = [article["path"] for article in json.loads(file.read_text())["value"]]
        if file.parent.name.startswith("page"):
            continue
        articles = Article.objects.visible().filter(topics__slug=file.parent.name).latest_first()
        assert list(articles.values_list("path", flat=True)) == said


def test_a_month_later_nothing_but_the_payload_has_changed_and_decisions_stay(corpus, moderator):
    run(corpus / "2020-12-07")
    changed = Article.objects.get(path="_news/2020-11-12-ai-builder-receipt-scanning.md")
    moderation.withdraw(changed, by=moderator, version=1, why=moderation.Why(Reason.objects.first()))
    moderation.score(changed, by=moderator, version=2, heat=3)

    _report, items = run(corpus / "2021-01-08")

    news = [item for path, item in items.items() if path.startswith("_news/")]
    # Seven of them were encrypted anew, and say the same.
    assert sum(item.verdict == "unchanged" for item in news) == 62
    assert sum(item.renewed == "payload" for item in news) == 7
    changed.refresh_from_db()
    assert (changed.state, changed.heat) == ("withdrawn", 3)
