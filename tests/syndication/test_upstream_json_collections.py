"""/api/ of all collections: which articles are in which list, and in which order."""

import pytest
from django.utils import timezone

from articles import editions, moderation
from articles.models import Article, Reason, Topic, TopicOldSlug
from tests.factories import make_article, make_topic
from tests.syndication.upstream_pages import paths, value

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("collection", "folder", "title"),
    [
        ("samples", "_samples", "Samples"),
        ("people", "_people", "People"),
        ("communities", "_communities", "Communities"),
        ("newsletters", "_newsletters/", "Newsroom Newsletters"),
        ("learning", "_learning", "Learning Resources"),
        ("events", "_events", "Events"),
    ],
)
def test_a_collection_has_its_list_and_its_articles(client, site, collection, folder, title):
    path = f"{folder.strip('/')}/one.md"
    site({path: {}, "_news/one.md": {"webUrl": "https://trams.example/2", "published": True}})

    page = client.get(f"/api/{collection}/index.json").json()
    single = client.get(f"/api/{collection}/one/index.json").json()

    assert {key: page[key] for key in page if key != "value"} == {"title": title, "path": folder, "page": 1}
    assert (paths(page), single["path"]) == ([path], path)
    assert paths(client.get(f"/api/{collection}/rails/page/1/index.json").json()) == [path]
    assert client.get(f"/api/{collection}/page/2/index.json").status_code == 404
    assert client.get(f"/api/{collection}/one/page/2/index.json").status_code == 404
    assert client.get(f"/api/{collection}/two/index.json").status_code == 404


def test_learning_has_parts_by_type_the_hottest_first(client, site):
    def document(type: str, name: str, heat: int) -> dict:
        return {f"_learning/{type}s/{name}.md": {"webUrl": f"https://trams.example/{name}", "type": type, "heat": heat}}

    site(
        document("course", "b", 5) | document("course", "a", 5) | document("video", "v", 9) | document("course", "c", 7)
    )

    names = ["videos/v", "courses/c", "courses/a", "courses/b"]
    assert paths(client.get("/api/learning/index.json").json()) == [f"_learning/{name}.md" for name in names]
    assert paths(client.get("/api/learning/videos/index.json").json()) == ["_learning/videos/v.md"]
    assert len(value(client, "learning/courses")) == 3
    assert client.get("/api/learning/courses/a/index.json").json()["path"] == "_learning/courses/a.md"


def test_events_are_past_when_they_are_over(client, site, monkeypatch):
    times = {
        "over": ("2026-05-01T08:00:00Z", "2026-05-01T10:00:00Z"),
        "on": ("2026-05-02T08:00:00Z", "2026-05-02T20:00:00Z"),
        "next": ("2026-05-03T01:00:00+02:00", None),
        "later": ("2026-06-01T08:00:00Z", "no date"),
        "some day": (None, None),
    }
    site(
        {
            f"_events/{name}.md": {
                "webUrl": f"https://trams.example/{number}", "startDateTime": start, "endDateTime": end
            }
            for number, (name, (start, end)) in enumerate(times.items())
        }
    )  # fmt: skip
    noon = timezone.datetime(2026, 5, 2, 12, tzinfo=timezone.get_fixed_timezone(0))
    monkeypatch.setattr(timezone, "now", lambda: noon)
    Article.objects.update(publish_at=None)
    editions.new()

    def names(part: str) -> list[str]:
        return [path[8:-3] for path in paths(client.get(f"/api/events{part}/index.json").json())]

    assert names("") == ["later", "next", "on", "over", "some day"]
    assert (names("/past"), names("/future")) == (["over"], ["on", "next", "later"])


def test_only_visible_articles_are_found_whatever_the_address(client, moderator):
    now = timezone.now()
    make_article(path="_learning/courses/waiting.md", category="learning", type="course")
    make_article(
        path="_samples/gone.md", category="sample", reviewed_by=moderator, first_published_at=now,
        topics=[make_topic("Hidden")],
    )  # fmt: skip
    never = client.get("/api/learning/courses/never/index.json")

    for address in ("learning/courses/waiting", "samples/gone", "samples/hidden", "news/gone", "learning/gone"):
        answer = client.get(f"/api/{address}/index.json")
        assert (answer.status_code, answer.content) == (404, never.content)
    assert client.get("/api/topics/index.json").json() == {"value": []}


def test_the_items_of_a_collection_are_those_that_readers_see(client, site, editor):
    names = [f"courses/{letter}" for letter in "edcba"]
    documents = {f"_learning/{name}.md": {"webUrl": f"https://trams.example/{name}"} for name in names}
    path = "_learning/collections/all.md"
    site(documents | {path: {"type": "collection", "webUrl": None, "items": [*names, "courses/never"]}})
    hidden = Article.objects.get(path="_learning/courses/e.md")
    moderation.withdraw(hidden, by=editor, version=hidden.version, why=moderation.Why(Reason.objects.first()))
    editions.new()

    (said,) = value(client, "learning/collections")
    page = client.get("/api/learning/collections/all/index.json").json()

    wanted = [f"_learning/courses/{letter}.md" for letter in "dcba"]
    assert ([item["path"] for item in said["topItems"]], said["size"]) == (wanted, 4)
    assert (paths(page), page["title"], page["path"]) == (wanted, "Trams", path)
    assert (said["webUrl"], said["sourceUrl"]) == (
        "http://testserver" + Article.objects.get(path=path).get_absolute_url(),
        "http://testserver/api/learning/collections/all/index.json",
    )


def test_the_old_slug_of_a_topic_leads_to_the_new_one_in_every_collection(client, site):
    site({"_samples/a.md": {}})
    TopicOldSlug.objects.create(topic=Topic.objects.get(), slug="old")

    answer = client.get("/api/samples/old/page/1/index.json?since=2020-01-01")

    assert (answer.status_code, answer["Location"]) == (301, "/api/samples/rails/page/1/index.json?since=2020-01-01")


@pytest.mark.parametrize("address", ["learning", "samples/rails", "events/past"])
def test_every_list_can_be_narrowed(client, site, address):
    site({"_samples/a.md": {}, "_learning/a.md": {"webUrl": "https://trams.example/2"}})

    assert client.get(f"/api/{address}/index.json?minimum_heat=51").json()["value"] == []
    assert client.get(f"/api/{address}/index.json?minimum_heat=x").status_code == 400


def test_the_size_of_a_page_is_a_setting(client, site, settings):
    settings.JSON_SIZES = settings.JSON_SIZES | {"topics": 2, "samples": 1}
    for number in range(3):
        make_article(
            published=True, path=f"_news/{number}.md", topics=[Topic.objects.get_or_create(name="T", slug="t")[0]]
        )
        make_article(published=True, path=f"_samples/{number}.md", category="sample")

    assert [len(value(client, path)) for path in ("news", "news/t", "news/t/page/2", "samples/page/3")] == [3, 2, 1, 1]


@pytest.mark.parametrize("name", ["a b", "über", "100% & more?", "a#b", "index.json", "page", "a.b"])
def test_an_article_has_the_address_that_it_says(client, site, name):
    site({f"_samples/{name}.md": {}})

    (said,) = value(client, "samples")

    assert client.get(said["sourceUrl"]).json()["path"] == f"_samples/{name}.md"
