"""Sitemaps: valid, complete, and never larger than the protocol or the memory allows."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from articles import editions, moderation
from articles.models import Article, Reason
from articles.syndication import sitemaps
from tests.factories import make_article, make_provider, make_topic
from tests.schemas import problems

pytestmark = pytest.mark.django_db

NS = {"s": sitemaps.SITEMAP, "n": sitemaps.NEWS}


def read(client, address: str, kind: str = "urlset") -> list[ElementTree.Element]:
    """The entries of a file, checked against its schema and the protocol's limits."""
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    raw = answer.getvalue()
    assert problems(raw, "sitemap.xsd" if kind == "urlset" else "siteindex.xsd") == []
    root = ElementTree.fromstring(raw)  # noqa: S314 - ours
    assert root.tag == f"{{{sitemaps.SITEMAP}}}{kind}"
    assert len(root) <= 50_000
    assert len(raw) < 50 * 1024**2
    return list(root)


def addresses(client, address: str, kind: str = "urlset") -> list[str]:
    return [entry[0].text.removeprefix("http://testserver") for entry in read(client, address, kind)]


def every_address(client) -> list[str]:
    return [found for file in addresses(client, "/sitemap.xml", "sitemapindex") for found in addresses(client, file)]


def test_every_page_that_readers_may_see_is_in_one_file_once(client, moderator):
    topic, provider = make_topic("Power"), make_provider(domain="p.example")
    now, hour = timezone.now(), timedelta(hours=1)
    shown = make_article(published=True, topics=[topic], provider=provider)
    for fields in (
        {},
        {"reviewed_by": moderator},
        {"reviewed_by": moderator, "first_published_at": now},
        {"published": True, "publish_at": now + hour},
        {"published": True, "expires_at": now - hour},
    ):
        make_article(topics=[topic, make_topic()], provider=make_provider(), **fields)

    assert every_address(client) == [
        "/", "/latest/", "/topics/", "/providers/", "/corrections/", "/archive/", "/about/",
        "/topics/power/", "/providers/p.example/",
        f"/articles/{shown.slug}/",
    ]  # fmt: skip
    assert [client.get(address).status_code for address in every_address(client)] == [200] * 10


def test_articles_fall_into_files_by_number_and_stay_there(client, moderator, monkeypatch):
    monkeypatch.setattr(sitemaps, "SIZE", 10)
    monkeypatch.setattr(sitemaps, "CHUNK", 3)
    rows = [make_article(published=True) for _ in range(25)]
    files = sorted({row.pk // 10 for row in rows})

    before = {n: addresses(client, f"/sitemap-articles-{n}.xml") for n in files}
    for row in rows:
        if row.pk // 10 == files[1]:
            moderation.withdraw(row, by=moderator, version=1, why=moderation.Why(Reason.objects.first()))

    assert before == {n: [f"/articles/{row.slug}/" for row in rows if row.pk // 10 == n] for n in files}
    assert sitemaps.files() == [n for n in files if n != files[1]]
    assert client.get(f"/sitemap-articles-{files[1]}.xml").status_code == 404
    assert {n: addresses(client, f"/sitemap-articles-{n}.xml") for n in sitemaps.files()} == {
        n: before[n] for n in files if n != files[1]
    }


def test_a_file_is_read_in_parts_when_it_is_sent(client, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(sitemaps, "CHUNK", 10)
    row = make_article(published=True)
    for _ in range(29):
        make_article(published=True)

    # Whether it is there, what has started and expired; then, for its name, the file once.
    with django_assert_num_queries(3 + 4):
        answer = client.get(f"/sitemap-articles-{row.pk // sitemaps.SIZE}.xml")
    with django_assert_num_queries(4):
        parts = list(answer.streaming_content)

    assert [part.count(b"<url>") for part in parts] == [0, 10, 10, 10, 0]


def test_what_changes_elsewhere_leaves_a_file_its_name(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "SIZE", 10)
    for pk in (1, 11):
        make_article(pk=pk, published=True)
    old, new = (client.get(f"/sitemap-articles-{number}.xml") for number in (0, 1))
    make_article(pk=12, published=True)
    editions.new()

    again = client.get("/sitemap-articles-0.xml", headers={"If-None-Match": old["ETag"]})
    changed = client.get("/sitemap-articles-1.xml", headers={"If-None-Match": new["ETag"]})

    assert (again.status_code, changed.status_code) == (304, 200)


def test_who_has_a_file_has_nothing_made(client, editor, django_assert_num_queries):
    row = make_article(pk=1, published=True)
    later = make_article(pk=2, published=True, publish_at=timezone.now() + timedelta(hours=1))
    address = "/sitemap-articles-0.xml"
    had = client.get(address)
    assert had.getvalue().count(b"<url>") == 1

    for headers in ({"If-None-Match": had["ETag"]}, {"If-Modified-Since": had["Last-Modified"]}):
        with django_assert_num_queries(3):
            again = client.get(address, headers=headers)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", had["ETag"])
    head = client.head(address)
    assert (head.status_code, head.getvalue(), head["ETag"]) == (200, b"", had["ETag"])

    # The hour is over: no edition begins with it.
    Article.objects.filter(pk=later.pk).update(publish_at=timezone.now())
    started = client.get(address, headers={"If-None-Match": had["ETag"]})
    assert started.getvalue().count(b"<url>") == 2
    moderation.withdraw(row, by=editor, version=1, why=moderation.Why(Reason.objects.first()))
    editions.new()
    withdrawn = client.get(address, headers={"If-None-Match": started["ETag"]})
    assert f"/articles/{later.slug}/" in withdrawn.getvalue().decode()
    assert f"/articles/{row.slug}/" not in client.get(address).getvalue().decode()


def test_the_index_and_the_pages_cost_the_same_for_a_large_site(client, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(sitemaps, "SIZE", 5)
    for pk in range(1, 31):
        make_article(pk=pk, published=True, topics=[make_topic()], provider=make_provider())

    with django_assert_num_queries(2):
        assert len(addresses(client, "/sitemap.xml", "sitemapindex")) > 5
    with django_assert_num_queries(2):
        client.get("/sitemap-pages.xml")


def test_files_with_articles_are_found_among_thousands_of_empty_ones(monkeypatch):
    monkeypatch.setattr(sitemaps, "SIZE", 1)
    for pk in (3, 1_400, 2_600):
        make_article(pk=pk, published=True)
    make_article(pk=900)

    assert sitemaps.files() == [3, 1_400, 2_600]


def test_the_date_is_when_readers_saw_a_change_not_when_the_desk_wrote_a_note(client, editor):
    first = datetime(2021, 1, 8, 9, tzinfo=UTC)
    row = make_article(published=True, first_published_at=first)
    file = f"/sitemap-articles-{row.pk // sitemaps.SIZE}.xml"
    before = read(client, file)[0][1].text
    moderation.score(row, by=editor, version=1, quality=5)
    scored = read(client, file)[0][1].text

    moderation.edit(row, by=editor, version=2, title="Mended")

    assert before == scored == "2021-01-08T09:00:00+00:00"
    assert datetime.fromisoformat(read(client, file)[0][1].text) > first


def test_the_empty_site_has_valid_sitemaps(client):
    assert every_address(client) == [
        "/", "/latest/", "/topics/", "/providers/", "/corrections/", "/archive/", "/about/",
    ]  # fmt: skip
    assert addresses(client, "/sitemap-news.xml") == ["/"]


def test_news_are_of_the_last_two_days_and_a_thousand_at_most(client, monkeypatch):
    now, hour = timezone.now(), timedelta(hours=1)
    make_article(published=True, published_at=now - 49 * hour)
    make_article(published=True, published_at=now, category="sample")
    make_article(published_at=now)
    rows = [make_article(published=True, published_at=now - n * hour) for n in range(5)]

    whole = addresses(client, "/sitemap-news.xml")
    monkeypatch.setattr(sitemaps, "NEWS_SIZE", 3)

    assert whole == [f"/articles/{row.slug}/" for row in rows]
    assert addresses(client, "/sitemap-news.xml") == whole[:3]
    assert sitemaps.NEWS_SIZE == 3


@pytest.mark.parametrize(
    "odd", ["a\x0bb", "&#11;", "&#xD800;", "]]>", "a\u202eb", "😀", "a\ufffeb", "عنوان", "x" * 150]
)
def test_one_odd_title_breaks_no_sitemap(client, settings, odd):
    settings.SITE_NAME = f"N {odd}"
    row = make_article(published=True, published_at=timezone.now(), title=f"odd {odd}", topics=[make_topic(f"T {odd}")])

    assert addresses(client, "/sitemap-news.xml") == [f"/articles/{row.slug}/"]
    assert f"/articles/{row.slug}/" in every_address(client)


def test_a_news_entry_says_who_when_and_what(client, settings):
    settings.SITE_NAME = "A & B"
    moment = timezone.now().replace(microsecond=0)
    make_article(published=True, published_at=moment, title="One <b>&#8217;\x0b]]>")

    entry = read(client, "/sitemap-news.xml")[0].find("n:news", NS)

    assert [part.tag.partition("}")[2] for part in entry] == ["publication", "publication_date", "title"]
    assert entry.findtext("n:publication/n:name", namespaces=NS) == "A & B"
    assert entry.findtext("n:publication/n:language", namespaces=NS) == "en"
    assert datetime.fromisoformat(entry.findtext("n:publication_date", namespaces=NS)) == moment
    assert entry.findtext("n:title", namespaces=NS) == "One <b>’ ]]>"


def test_no_more_than_the_protocol_allows():
    # Each article of a file may be followed by the page of a story.
    limits = (2 * sitemaps.SIZE, sitemaps.NEWS_SIZE, sitemaps.NEWS_AGE)

    assert limits == (50_000, 1_000, timedelta(days=2))


@pytest.mark.parametrize("number", ["", "-1", "00", "01", "7", "999999999", "9999999999", "x"])
def test_a_file_that_is_not_there_is_404(client, number):
    make_article(published=True)

    assert client.get(f"/sitemap-articles-{number}.xml").status_code == 404


@pytest.mark.parametrize("name", ["sitemap", "sitemap-pages", "sitemap-news", "sitemap-articles-0"])
def test_a_sitemap_is_for_reading_and_the_same_for_everyone(client, admin_client, name):
    make_article(pk=1, published=True)
    stranger = client.get(f"/{name}.xml")

    assert client.post(f"/{name}.xml").status_code == 405
    assert client.head(f"/{name}.xml").status_code == 200
    assert stranger.getvalue() == admin_client.get(f"/{name}.xml").getvalue()
    assert (stranger.cookies, "Cookie" in stranger.headers.get("Vary", "")) == ({}, False)
