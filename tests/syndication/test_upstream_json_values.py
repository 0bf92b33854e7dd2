"""What /api/ says of an article: as its document has it, and as people changed it."""

import pytest
from django.utils import timezone

from articles import editions, moderation
from articles.models import Article, ArticleImage, Image, Topic
from providers.models import Provider
from tests.factories import make_image, make_topic
from tests.syndication.upstream_pages import FRONT, value

pytestmark = pytest.mark.django_db


def test_keys_without_a_value_are_left_out_of_lists_and_null_in_single_articles(client, site):
    site({"_samples/a.md": {"excerpt": "", "topics": [], "images": None, "heat": None, "members": 3}})

    (said,) = value(client, "samples")
    single = client.get("/api/samples/a/index.json").json()

    assert said == {
        "path": "_samples/a.md",
        "title": "Trams",
        "excerpt": "",
        "sourceUrl": "http://testserver/api/samples/a/index.json",
        "webUrl": "https://trams.example/1",
        "members": 3,
        "provider": {
            "name": "Trams & Co",
            "domain": "trams.example",
            "images": [{"url": "/assets/t.png", "width": 50, "isCached": False}],
        },
        "type": "article",
        "topics": [],
    }
    nothing = "originalUrl featuredContent actions name bio website publishedDateTime heat tags images content"
    assert {key for key in single if single[key] is None} == set(nothing.split())
    assert single["provider"]["images"][0] == {
        "url": "/assets/t.png", "width": 50, "height": None, "title": None, "attribution": None, "isCached": False,
    }  # fmt: skip


def test_pictures_and_provider_are_those_of_the_document_not_of_another_one(client, site):
    image = {"url": "https://trams.example/1.png", "width": 99, "title": "Another tram"}
    site(
        {
            "_news/a.md": {"published": True},
            "_news/b.md": {
                "published": True, "webUrl": "https://trams.example/2", "images": [image],
                "provider": FRONT["provider"] | {"name": "The trams"},
            },
        }
    )  # fmt: skip
    Image.objects.filter(url=image["url"]).update(title="Of a person", width=1)
    Provider.objects.update(name="Renamed")
    editions.new()

    said = {one["path"]: one for one in value(client, "news")}

    assert [(one["title"], one["width"]) for name in "ab" for one in said[f"_news/{name}.md"]["images"]] == [
        ("A tram", 10), ("Another tram", 99),
    ]  # fmt: skip
    assert [said[f"_news/{name}.md"]["provider"]["name"] for name in "ab"] == ["Trams & Co", "The trams"]


def test_what_a_person_changed_wins_over_the_document(client, site, editor):
    site({"_people/a.md": {"title": None, "name": "Ada", "excerpt": None, "bio": "Runs trams.", "originalUrl": None}})
    article = Article.objects.get()
    other = Provider.objects.create(domain="other.example", name="Other")
    picture, topic = make_image(title="Mine", width=7), make_topic("Wheels")

    (before,) = value(client, "people")
    moderation.edit(
        article, by=editor, version=article.version, title="Ada L.", excerpt="Ran trams.", provider=other,
        topics=[topic], images=[picture, *article.ordered_images], published_at=timezone.now(),
    )  # fmt: skip
    editions.new()
    (after,) = value(client, "people")

    assert [(one["title"], one["name"], one["excerpt"], one["bio"]) for one in (before, after)] == [
        ("Ada", "Ada", "Runs trams.", "Runs trams."), ("Ada L.", "Ada L.", "Ran trams.", "Ran trams."),
    ]  # fmt: skip
    assert "publishedDateTime" not in before
    assert "publishedDateTime" in after
    assert (after["provider"], after["topics"]) == ({"name": "Other", "domain": "other.example"}, ["Wheels"])
    assert [(one["title"], one["width"]) for one in after["images"]] == [("Mine", 7), ("A tram", 10)]


def test_a_caption_that_a_person_changed_wins_over_the_document_in_this_article_only(client, site, editor):
    site({f"_people/{name}.md": {"originalUrl": f"https://trams.example/{name}"} for name in "ab"})
    article = Article.objects.get(path="_people/a.md")
    image = Image.objects.get(url=FRONT["images"][0]["url"])
    Image.objects.filter(pk=image.pk).update(title="Of the image")

    for title in ("Ours", ""):
        place = ArticleImage(image=image, title=title, attribution="Ann")
        moderation.edit(article, by=editor, version=article.version, images=[place])
        editions.new()

        said = {one["path"]: one["images"] for one in value(client, "people")}

        ours = {"attribution": "Ann"} | ({"title": title} if title else {})
        kept = {"url": image.url, "width": 10, "isCached": True}
        assert said == {"_people/a.md": [kept | ours], "_people/b.md": [kept | {"title": "A tram"}]}


def test_topics_are_spelled_as_the_document_does_and_renamed_as_people_do(client, site):
    site({"_samples/a.md": {"topics": ["RAILS", "Rails", "Wheels"]}})
    assert value(client, "samples")[0]["topics"] == ["RAILS", "Rails", "Wheels"]

    Topic.objects.filter(name="Wheels").update(name="Tyres")
    editions.new()

    assert value(client, "samples")[0]["topics"] == ["RAILS", "Tyres"]


@pytest.fixture
def rails(tmp_path):
    """A topic whose document says where the collecting site has its JSON."""
    (tmp_path / "rails.yaml").write_text(
        "taxonomy: topic\n_id: rails\nname: Rails\nimages: [https://trams.example/r.png, /assets/r.png]\n"
        "services:\n  news: https://site.example/base/api/news/rails/\n  else: https://other.example/\n"
    )


def test_a_topic_names_the_lists_that_its_document_names(client, rails, site, settings):
    site({"_news/a.md": {"published": True, "topics": ["Rails", "Wheels"]}})

    first, second = value(client, "topics")
    settings.JSON_SOURCE = "https://ours.example"
    ours = value(client, "topics")

    elsewhere, base = {"name": "else", "endpoint": "https://other.example/"}, "https://site.example/base"
    assert {key: first[key] for key in first if key != "services"} == {
        "name": "Rails", "shortname": "Rails", "id": "rails",
        "images": ["https://trams.example/r.png", f"{base}/assets/r.png"],
    }  # fmt: skip
    assert first["services"] == [{"name": "news", "endpoint": f"{base}/api/news/rails/"}, elsewhere]
    assert second["services"] == [{"name": "news", "endpoint": f"{base}/api/news/wheels/"}]
    assert ours[0]["services"] == [{"name": "news", "endpoint": "https://ours.example/api/news/rails/"}, elsewhere]


@pytest.mark.parametrize(
    ("source", "pages", "expected"),
    [
        ("", "", ("https://site.example/base", "http://testserver/articles/trams/")),
        ("https://ours.example", "", ("https://ours.example", "http://testserver/articles/trams/")),
        ("", "https://site.example", ("https://site.example/base", "https://site.example/event/a/")),
    ],
)
def test_addresses_are_those_of_the_collecting_site_unless_the_settings_say_others(
    client, rails, site, settings, source, pages, expected
):
    settings.JSON_SOURCE, settings.JSON_SITE = source, pages
    site({"_events/a.md": {"webUrl": None, "originalUrl": "https://trams.example/1"}})

    (said,) = value(client, "events")

    assert (said["sourceUrl"].removesuffix("/api/events/a/index.json"), said["webUrl"]) == expected
    # Wherever the JSON is: this picture is there.
    assert said["provider"]["images"][0]["url"] == "https://site.example/base/assets/t.png"
