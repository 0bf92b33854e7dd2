"""What a document says of an image belongs to the image's place in that article, not to the URL."""

from itertools import product

import pytest

from articles import moderation
from articles.documents.parse import record_of
from articles.importing.runs.run import import_documents
from articles.importing.runs.undo import undo_run
from articles.models import Article, Event, Image, ImportRun, Topic
from articles.public.article_page import any_article_page
from articles.public.cards import visible_cards
from providers.models import Provider
from tests.factories import make_image
from tests.importing.documents_by_hand import document, write
from tests.importing.runs.verdicts import run

pytestmark = pytest.mark.django_db

URL = "https://p.example/1.jpg"


def images(title: str = "", attribution: str = "") -> str:
    said = "".join(f", {name}: '{text}'" for name, text in (("title", title), ("attribution", attribution)) if text)
    return f"[{{url: '{URL}'{said}}}]"


def news(name: str, **said: str) -> str:
    return document(webUrl=f'"https://news.example/{name}"', published="true", images=images(**said))


def captions(path: str) -> list[tuple[str, str]]:
    return list(Article.objects.get(path=path).image_links.values_list("title", "attribution"))


def test_articles_with_one_url_keep_their_own_captions(client, tmp_path):
    said = {"a": {"title": "A tram"}, "b": {"title": "A bus", "attribution": "Ann"}, "c": {}}
    write(tmp_path, {f"{name}.md": news(name, **texts) for name, texts in said.items()})

    run(tmp_path)

    assert [captions(f"{name}.md") for name in said] == [[("A tram", "")], [("A bus", "Ann")], [("", "")]]
    image = Image.objects.get()
    assert (image.title, image.attribution) == ("", "")
    pages = {name: client.get(Article.objects.get(path=f"{name}.md").get_absolute_url()).text for name in said}
    assert {name: [text for text in ("A tram", "A bus", "Picture: Ann") if text in pages[name]] for name in said} == {
        "a": ["A tram"],
        "b": ["A bus", "Picture: Ann"],
        "c": [],
    }
    cards = visible_cards(list(Article.objects.order_by("path").values_list("pk", flat=True)))
    assert [(card.image.title, card.image.attribution) for card in cards] == [
        ("A tram", ""),
        ("A bus", "Ann"),
        ("", ""),
    ]


def test_what_staff_say_of_an_image_is_shown_where_a_place_says_nothing(client, tmp_path):
    make_image(url=URL, title="Of staff", attribution="Their credit")
    write(tmp_path, {"a.md": news("a", title="Of the document"), "b.md": news("b")})

    run(tmp_path)

    shown = [
        [(image.title, image.attribution) for image in any_article_page(article.pk).ordered_images]
        for article in Article.objects.order_by("path")
    ]
    assert shown == [[("Of the document", "Their credit")], [("Of staff", "Their credit")]]
    assert shown == [
        [(image.title, image.attribution) for image in article.ordered_images]
        for article in Article.objects.order_by("path")
    ]
    assert Image.objects.get().title == "Of staff"


def test_a_new_caption_alone_is_an_update_of_this_article_only(tmp_path):
    write(tmp_path, {"a.md": news("a", title="A tram"), "b.md": news("b", title="A bus")})
    run(tmp_path)
    before = Article.objects.get(path="a.md").changed_for_readers_at
    write(tmp_path, {"a.md": news("a", title="A red tram")})

    _, items = run(tmp_path)

    assert {path: item.verdict for path, item in items.items()} == {"a.md": "updated", "b.md": "unchanged"}
    assert items["a.md"].changes == {
        "images": [[{"url": URL, "title": "A tram"}], [{"url": URL, "title": "A red tram"}]]
    }
    assert Article.objects.get(path="a.md").changed_for_readers_at > before
    assert (captions("a.md"), captions("b.md")) == ([("A red tram", "")], [("A bus", "")])
    assert Event.objects.get().after == {"images": [{"url": URL, "title": "A red tram"}]}


@pytest.mark.parametrize(("base", "current", "source"), list(product(["", "One", "Two", "Three"], repeat=3)))
def test_a_caption_has_three_values(base, current, source, tmp_path, editor):
    write(tmp_path, {"a.md": news("a", title=base)})
    run(tmp_path)
    article = Article.objects.get()
    if current != base:
        place = article.image_links.get()
        place.title = current
        moderation.edit(article, by=editor, version=1, images=[place])
    write(tmp_path, {"a.md": news("a", title=source)})

    _, items = run(tmp_path)

    disagree = current != base and source not in (base, current)
    assert captions("a.md") == [(source if current == base else current, "")]
    assert Article.objects.get().conflicts == ["images"] * disagree
    assert (items["a.md"].verdict == "conflict") == disagree


def test_an_editors_caption_survives_other_changes_and_is_undone(tmp_path, editor):
    write(tmp_path, {"a.md": news("a", title="A tram")})
    run(tmp_path)
    article = Article.objects.get()
    place = article.image_links.get()
    place.title, place.attribution = "", "Zoë"
    event = moderation.edit(article, by=editor, version=1, images=[place])
    write(tmp_path, {"a.md": news("a", title="A tram").replace("published: true", "heat: 9\npublished: true")})

    run(tmp_path)

    article.refresh_from_db()
    assert (article.heat, captions("a.md")) == (9, [("", "Zoë")])
    assert (event.before, event.after) == (
        {"images": [{"url": URL, "title": "A tram"}]},
        {"images": [{"url": URL, "attribution": "Zoë"}]},
    )


def test_undoing_the_run_brings_the_earlier_caption_back(tmp_path):
    write(tmp_path, {"a.md": news("a", title="A tram")})
    run(tmp_path)
    write(tmp_path, {"a.md": news("a", attribution="Ann")})
    report, _ = run(tmp_path)
    changed = captions("a.md")

    undo_run(ImportRun.objects.get(pk=report.run))

    assert (changed, captions("a.md")) == ([("", "Ann")], [("A tram", "")])


def test_logos_of_providers_and_pictures_of_topics_have_texts_of_their_own(tmp_path):
    logo = f"images: [{{url: '{URL}', title: %s}}]"
    write(
        tmp_path,
        {
            "_data/organizations/a.md": "---\ntaxonomy: organization\nname: A\ndomain: a.example\n"
            f"{logo % 'Logo'}\n---\n",
            "_data/topics/t.md": f"---\ntaxonomy: topic\n_id: t\nname: T\n{logo % 'Sign'}\n---\n",
            "a.md": news("a", title="Picture"),
            "b.md": document(
                webUrl='"https://b.example/1"',
                provider=f"{{name: B, domain: b.example, images: [{{url: '{URL}', title: Mark}}]}}",
            ),
        },
    )

    run(tmp_path)

    places = {provider.domain: provider.image_links for provider in Provider.objects.exclude(image_links=None)}
    assert {name: links.get().title for name, links in places.items()} == {"a.example": "Logo", "b.example": "Mark"}
    assert Topic.objects.get().image_links.get().title == "Sign"
    assert captions("a.md") == [("Picture", "")]
    assert Image.objects.get().title == ""

    file = tmp_path / "_data/topics/t.md"
    file.write_text(file.read_text().replace("Sign", "Other sign"))
    _, items = run(tmp_path)
    assert items["_data/topics/t.md"].verdict == "updated"
    assert Topic.objects.get().image_links.get().title == "Other sign"


def test_every_place_of_a_large_site_has_the_caption_of_its_own_document(corpus):
    folder = corpus / "azure-2021-07-18" / "_news"
    if not folder.is_dir():
        pytest.skip("the documents of this site are not here")

    import_documents([folder])

    first: dict[str, tuple[str, str]] = {}
    others = set()
    for article in Article.objects.order_by("path").prefetch_related("image_links__image"):
        images = {image.url: (image.title, image.attribution) for image in record_of(article).images}
        shown = {image.url: (image.title, image.attribution) for image in article.ordered_images}
        assert (article.path, shown) == (article.path, images)
        others |= {article.path for url, texts in images.items() if first.setdefault(url, texts) != texts}
    # So many would have the caption of another one, if captions belonged to URLs.
    assert len(others) > 50
