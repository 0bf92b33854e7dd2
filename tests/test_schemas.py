"""The schemas themselves: what is wrong is found."""

import pytest

from tests.schemas import problems

NEWS = b'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
VALID = {
    "rss.rng": b'<rss version="2.0"><channel><title>T</title><link>https://a.example/</link><description/>'
    b'<item><title>T</title><description/><guid isPermaLink="false">1</guid>'
    b"<pubDate>Fri, 08 Jan 2021 09:30:00 +0000</pubDate></item></channel></rss>",
    "atom.rng": b'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>tag:a</id>'
    b"<updated>2021-01-08T09:30:00Z</updated>"
    b'<entry><id>tag:b</id><title>T</title><updated>2021-01-08T09:30:00Z</updated><link href="https://a.example/"/></entry>'
    b"</feed>",
    "feed.json": b'{"version": "https://jsonfeed.org/version/1.1", "title": "T", '
    b'"items": [{"id": "1", "content_html": "", "url": "https://a.example/"}]}',
    "sitemap.xsd": b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" ' + NEWS + b">"
    b"<url><loc>https://a.example/</loc><lastmod>2021-01-08T09:30:00Z</lastmod><news:news>"
    b"<news:publication><news:name>N</news:name><news:language>en</news:language></news:publication>"
    b"<news:publication_date>2021-01-08</news:publication_date><news:title>T</news:title></news:news></url></urlset>",
    "siteindex.xsd": b'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    b"<sitemap><loc>https://a.example/1.xml</loc></sitemap></sitemapindex>",
}


@pytest.mark.parametrize("schema", VALID)
def test_what_is_valid_has_no_problem(schema):
    assert problems(VALID[schema], schema) == []


@pytest.mark.parametrize(
    ("schema", "right", "wrong"),
    [
        ("rss.rng", b"<title>T</title>", b""),
        ("rss.rng", b"<description/>", b"<description/><description/>"),
        ("rss.rng", b"Fri, 08 Jan 2021", b"2021-01-08"),
        ("rss.rng", b"https://a.example/", b"/"),
        ("rss.rng", b"<guid", b"<author>Anne</author><guid"),
        ("rss.rng", b"<guid", b"<strange/><guid"),
        ("rss.rng", b"T<", b"\x0b<"),
        ("atom.rng", b"<id>tag:a</id>", b""),
        ("atom.rng", b"<id>tag:b</id>", b"<id>b</id>"),
        ("atom.rng", b"09:30:00Z", b"09:30:00"),
        ("atom.rng", b' href="https://a.example/"', b""),
        ("atom.rng", b"<title>T</title>", b'<title type="bold">T</title>'),
        ("feed.json", b'"title": "T", ', b""),
        ("feed.json", b"version/1.1", b"version/1"),
        ("feed.json", b'"content_html": "", ', b""),
        ("feed.json", b'"id": "1"', b'"id": 1'),
        ("feed.json", b'"url"', b'"link"'),
        ("sitemap.xsd", b"https://a.example/<", b"/<"),
        ("sitemap.xsd", b"https://a.example/<", b"https://a.example/a b<"),
        ("sitemap.xsd", b"T09:30:00Z", b" 09:30"),
        ("sitemap.xsd", b"<news:title>T</news:title>", b""),
        ("sitemap.xsd", b"<news:title>T</news:title>", b"<news:title> </news:title>"),
        ("sitemap.xsd", b"<url><loc>", b"<url><strange/><loc>"),
        ("siteindex.xsd", b"<loc>https://a.example/1.xml</loc>", b""),
    ],
)
def test_what_is_wrong_is_found(schema, right, wrong):
    document = VALID[schema]
    assert right in document

    assert problems(document.replace(right, wrong), schema)
