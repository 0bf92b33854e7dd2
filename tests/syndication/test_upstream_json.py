"""/api/news/ against what upstream's site published from the same documents, and what it says of ours."""

import json
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from articles import moderation
from articles.documents.stored import compressed
from articles.importing.runs.run import import_documents
from articles.models import Article, Reason, TopicOldSlug
from providers.models import ProviderImage
from tests.factories import make_article, make_image, make_provider, make_topic
from tests.syndication.upstream_pages import paths

pytestmark = pytest.mark.django_db

# Upstream wrote it once and never again, and `test_what_upstream_forgot_to_renew…` shows by what.
LEFT_OVER = "api/news/model-driven-apps/page1/index.json"


@pytest.fixture
def snapshot(corpus):
    import_documents([corpus / "2021-01-08"])
    return corpus / "2021-01-08"


def as_instants(page: dict) -> dict:
    for article in page["value"]:
        article["publishedDateTime"] = datetime.fromisoformat(article["publishedDateTime"]).timestamp()
    return page


def test_every_page_is_upstreams_page_key_by_key(client, snapshot):
    files = {file.relative_to(snapshot).as_posix(): file for file in (snapshot / "api" / "news").rglob("*.json")}
    del files[LEFT_OVER]

    for name, file in files.items():
        answer = client.get(f"/{name}")
        ours, upstreams = as_instants(answer.json()), as_instants(json.loads(file.read_text()))
        assert (name, ours) == (name, upstreams)
        # The order of the keys too.
        assert [list(article) for article in ours["value"]] == [list(article) for article in upstreams["value"]]
        assert list(ours) == list(upstreams)

    assert len(files) == 19


def test_what_upstream_forgot_to_renew_contradicts_upstreams_other_pages(client, snapshot):
    """No rule makes this page too: of the same articles it has no key `content`, and upstream's other pages have it."""
    news = snapshot / "api" / "news"
    old = as_instants(json.loads((snapshot / LEFT_OVER).read_text()))["value"]
    pages = [as_instants(json.loads((news / f"page/{n}/index.json").read_text())) for n in (1, 2, 3)]
    theirs = [article for page in pages for article in page["value"] if "Model-driven apps" in article["topics"]]
    held = [article for article in theirs if article["path"] in [other["path"] for other in old]]
    assert [article["content"] for article in held] == ["\r\n", "\r\n"]
    assert [{name: article[name] for name in article if name != "content"} for article in held] == old

    # Only topics whose document names a news service have pages: this one's names none, as that of Portals.
    documents = {file.stem[3:]: file.read_text() for file in (snapshot / "_data" / "topics").glob("*.yaml")}
    with_service = {slug for slug, text in documents.items() if f"/api/news/{slug}/" in text}
    assert {file.parent.name for file in news.glob("*/index.json") if file.parent.name in documents} == with_service
    assert documents.keys() - with_service == {"power-apps", "model-driven-apps", "portals"}

    # What ours has more is what upstream's own list of everything has.
    ours = as_instants(client.get(f"/{LEFT_OVER}").json())["value"]
    assert ours == theirs
    assert (len(ours), len(old)) == (7, 2)


def test_only_visible_news_is_in_it(client, moderator):
    topic, now, hour = make_topic("Power"), timezone.now(), timedelta(hours=1)
    for fields in (
        {"path": "shown", "published": True},
        {"path": "pending"},
        {"path": "rejected", "reviewed_by": moderator},
        {"path": "withdrawn", "reviewed_by": moderator, "first_published_at": now},
        {"path": "scheduled", "published": True, "publish_at": now + hour},
        {"path": "expired", "published": True, "expires_at": now - hour},
        {"path": "of another collection", "published": True, "category": "sample"},
    ):
        make_article(topics=[topic], **fields)

    assert paths(client.get("/api/news/index.json").json()) == ["shown"]
    assert paths(client.get("/api/news/power/index.json").json()) == ["shown"]


def test_a_withdrawn_article_is_gone_at_once_whatever_the_client_has(client, moderator):
    article = make_article(published=True)
    before = client.get("/api/news/index.json")
    moderation.withdraw(article, by=moderator, version=1, why=moderation.Why(Reason.objects.first()))

    after = client.get("/api/news/index.json", headers={"If-Modified-Since": before["Last-Modified"]})

    assert (after.status_code, after.json()["value"]) == (200, [])


def test_a_topic_with_hidden_articles_only_answers_as_one_that_never_was(client):
    make_article(topics=[make_topic("Hidden")])

    hidden = client.get("/api/news/hidden/index.json")
    never = client.get("/api/news/never/index.json")

    assert (hidden.status_code, hidden.content, hidden.headers) == (404, never.content, never.headers)


def test_the_old_address_of_a_topic_leads_to_the_new_one_with_its_query(client):
    topic = make_topic("Power")
    make_article(published=True, topics=[topic])
    TopicOldSlug.objects.create(topic=topic, slug="old")

    answer = client.get("/api/news/old/page/2/index.json?minimum_heat=3")

    assert (answer.status_code, answer["Location"]) == (301, "/api/news/power/page/2/index.json?minimum_heat=3")


def test_an_article_without_anything_says_null(client):
    make_article(published=True, path=None, title="T", web_url="https://a.example/", provider=make_provider(name="P"))

    said = client.get("/api/news/index.json").json()["value"][0]

    empty = "path excerpt sourceUrl originalUrl featuredContent highlight tags content ampWebUrl cdnAmpWebUrl"
    assert {name: said[name] for name in said if said[name] is None} == dict.fromkeys(
        [*empty.split(), "updatedDateTime", "images", "topics"]
    )
    assert (said["heat"], said["locale"]) == (-1, "en-us")
    assert (said["provider"]["images"], said["provider"]["authors"]) == (None, None)


def test_what_people_changed_is_what_it_says(client, editor, seeds):
    import_documents([seeds])
    article = Article.objects.first()
    moderation.publish(article, by=editor, version=article.version)
    moderation.edit(article, by=editor, version=article.version, title="Mended")
    moderation.score(article, by=editor, version=article.version, heat=77)

    said = client.get("/api/news/index.json").json()["value"][0]

    assert (said["path"], said["title"], said["heat"]) == (article.path, "Mended", 77)


def test_logos_are_the_documents_else_those_that_others_can_load(client):
    provider = make_provider(domain="p.example")
    for position, url in enumerate(["/assets/p.png", "https://p.example/logo.png"]):
        ProviderImage.objects.create(provider=provider, image=make_image(url=url), position=position)
    front = (
        "---\ntitle: T\npublishedDateTime: 2021-01-08\nwebUrl: https://p.example/1\n"
        "provider:\n  domain: p.example\n  images:\n  - url: https://p.example/its.png\n---\n"
    )
    make_article(published=True, path="a", provider=provider)
    make_article(published=True, path="b", provider=provider, source=compressed(front.encode()))

    value = client.get("/api/news/index.json").json()["value"]

    logos = {article["path"]: [image["url"] for image in article["provider"]["images"]] for article in value}
    assert logos == {"a": ["https://p.example/logo.png"], "b": ["https://p.example/its.png"]}


def test_the_payload_stays_here(client, snapshot):
    body = b"".join(client.get(f"/api/news/page/{n}/index.json").content for n in (1, 2, 3))
    payload = Article.objects.visible().exclude(secured="").values_list("secured", flat=True)

    assert len(payload) == 65
    assert [text for text in payload if text[:24].encode() in body] == []
    assert b"secured" not in body


def test_it_answers_reading_only_and_knows_who_has_it_already(client):
    make_article(published=True)
    answer = client.get("/api/news/index.json")

    head = client.head("/api/news/index.json")
    again = client.get("/api/news/index.json", headers={"If-None-Match": answer["ETag"]})

    assert client.post("/api/news/index.json").status_code == 405
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", answer["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    assert answer["Content-Type"] == "application/json"
    assert (answer.cookies, "Cookie" in answer.headers.get("Vary", "")) == ({}, False)
