"""The date of a change, in feeds, sitemaps and JSON-LD, moves when a reader sees something else, and only then."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles import moderation
from articles.history.seen import are_keys_seen, is_seen
from articles.importing.runs.run import import_documents
from articles.models import Article, Reason
from articles.models.fields import ARTICLE_FIELDS, SEEN_BY_READERS
from articles.syndication import sitemaps

pytestmark = pytest.mark.django_db

DOCUMENT = {
    "title": "Trams return",
    "excerpt": "They do.",
    "publishedDateTime": "2026-11-20T10:00:00Z",
    "webUrl": "https://trams.example/1",
    "ampWebUrl": "https://trams.example/1/amp",
    "published": True,
    "quality": 50,
    "heat": 51,
    "type": "article",
    "topics": ["Trams"],
    "images": [{"url": "https://trams.example/1.png"}],
    "provider": {"name": "Trams", "domain": "trams.example"},
    "related": [{"title": "Before", "webUrl": "https://trams.example/0"}],
    "featuredContent": "<iframe src='https://www.youtube.com/embed/abc'></iframe>",
    "secured": "",
    "price": "Free",
}
SEEN = {
    "title": "Trams are back",
    "excerpt": "They did.",
    "publishedDateTime": "2026-11-20T11:00:00Z",
    "webUrl": "https://trams.example/2",
    "ampWebUrl": "https://trams.example/2/amp",
    "type": "video",
    "topics": ["Trams", "Rails"],
    "images": [],
    "provider": {"name": "Rails", "domain": "rails.example"},
    "related": [{"title": "Another report of trams", "webUrl": "https://trams.example/9"}],
    "featuredContent": "",
}
UNSEEN = {
    "heat": 50,
    "quality": 99,
    "secured": "AAAA;AAAAAAAAAAAAAAAAAAAAAA==",
    "price": "3 €",
    "related": [{"title": "Before", "webUrl": "https://trams.example/0", "quality": 9}],
}
LONG_AGO = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def article(tmp_path):
    for_import(tmp_path)
    Article.objects.update(changed_for_readers_at=LONG_AGO, first_published_at=LONG_AGO)
    return Article.objects.get()


def for_import(folder, **changes) -> None:
    (folder / "_news").mkdir(exist_ok=True)
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in (DOCUMENT | changes).items()]
    (folder / "_news" / "trams.md").write_text("\n".join(["---", *lines, "---", ""]))
    assert import_documents([folder]).exit_code == 0


def dates(client, article) -> set[str]:
    """All the dates of its last change that machines are told."""
    feed = client.get("/latest/feed.json").json()["items"][0]["date_modified"]
    file = b"".join(client.get(f"/sitemap-articles-{article.pk // sitemaps.SIZE}.xml")).decode()
    page = client.get(article.get_absolute_url()).text
    data = json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    last = file.partition("<lastmod>")[2].partition("</lastmod>")[0]
    return {datetime.fromisoformat(date).isoformat() for date in (feed, last, data["dateModified"])}


@pytest.mark.parametrize("key", SEEN)
def test_a_document_that_says_something_else_moves_it(client, tmp_path, article, key):
    before = timezone.now() - timedelta(seconds=1)

    for_import(tmp_path, **{key: SEEN[key]})

    (date,) = dates(client, Article.objects.get())
    assert datetime.fromisoformat(date) >= before


@pytest.mark.parametrize("key", UNSEEN)
def test_a_document_that_says_it_with_other_scores_moves_nothing(client, tmp_path, article, key):
    for_import(tmp_path, **{key: UNSEEN[key]})

    assert Article.objects.get().source_digest != article.source_digest
    assert dates(client, Article.objects.get()) == {LONG_AGO.isoformat()}


def test_what_a_person_does_moves_it_where_readers_see_it(client, article, editor, committed):
    def do(verb: str, **values) -> bool:
        row = Article.objects.get()
        before = row.changed_for_readers_at
        with committed():
            getattr(moderation, verb)(row, by=editor, version=row.version, **values)
        assert len(dates(client, row)) == 1
        return row.changed_for_readers_at != before

    assert not do("score", heat=3, quality=7)
    assert not do("note", notes="Ask them")
    assert not do("publish")  # readers saw it already
    assert do("edit", title="Trams!")
    assert do("edit", topics=[])
    (link,) = article.related.all()
    kept = {"pk": link.pk, "url": link.url, "title": link.title, "excerpt": "", "type": "article"}
    assert do("curate", related=[kept | {"hidden": True}])
    # Nobody sees a link that is hidden.
    hidden = {"url": "https://trams.example/7", "title": "Seven", "excerpt": "", "type": "article", "hidden": True}
    assert not do("curate", related=[kept | {"hidden": True}, hidden])


def test_publishing_again_is_seen_and_so_is_its_undoing_of_a_title(article, editor):
    moderation.withdraw(article, by=editor, version=article.version, why=moderation.Why(Reason.objects.first()))
    withdrawn = article.changed_for_readers_at

    moderation.publish(article, by=editor, version=article.version)

    assert LONG_AGO < withdrawn < article.changed_for_readers_at


def test_what_is_scheduled_changes_when_readers_see_it(tmp_path, editor):
    for_import(tmp_path, published=False)
    article, start = Article.objects.get(), timezone.now() + timedelta(days=1)
    moderation.schedule(article, by=editor, version=article.version, publish_at=start, expires_at=None)
    moderation.publish(article, by=editor, version=article.version)

    assert article.changed_for_readers_at == article.first_published_at == start


@pytest.mark.parametrize("field", [field.name for field in ARTICLE_FIELDS])
def test_a_field_is_seen_or_not_by_the_list_of_fields(field):
    link = {"https://a.example/": {"title": "A"}}
    before, after = ({field: {}}, {field: link}) if field == "related" else ({field: 1}, {field: 2})
    if field == "related":
        before = {field: {"https://a.example/": None}}

    assert is_seen(before, after) == (field in SEEN_BY_READERS)


@pytest.mark.parametrize(
    ("before", "after", "seen"),
    [
        ({}, {"items": ["a"]}, True),
        ({"items": ["a"]}, {"items": ["a"], "price": "Free"}, False),
        ({"featuredContent": "a"}, {"featuredContent": "b"}, True),
        ({"length": "PT3M"}, {"length": "PT4M"}, False),
    ],
)
def test_of_other_keys_only_film_and_items_are_seen(before, after, seen):
    assert are_keys_seen(before, after) == seen
