"""Captions in documents that go out: an edited one changes its own lines only."""

import pytest

from articles import moderation
from articles.exporting.content import content_hash
from articles.importing.runs.run import import_documents
from articles.models import Article, ArticleImage, Image, Topic
from providers.models import Provider
from tests.exporting.documents import difference, export, wipe
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db

BLOCK = """
  - url: "https://p.example/1.jpg"
    width: 520
    title: "A tram"  # as the machine saw it
    focus: left
  - url: "https://p.example/2.jpg"
    isCached: true
    mood: calm"""

# What is said of the two images, and how the lines of the document change.
TRAM = '    title: "A tram"  # as the machine saw it'
EDITS = [
    ([("A red tram", ""), ("", "")], [f"-{TRAM}", f"+{TRAM.replace('A tram', 'A red tram')}"]),
    ([("", ""), ("", "")], [f"-{TRAM}"]),
    ([("A tram", "Ann"), ("", "")], ["+    attribution: Ann"]),
    ([("A tram", ""), ("A bus", "Bob")], ['+    title: "A bus"', "+    attribution: Bob"]),
]


def said_of(article: Article, texts) -> list[ArticleImage]:
    images = zip(article.ordered_images, texts, strict=True)
    return [ArticleImage(image=image, title=title, attribution=attribution) for image, (title, attribution) in images]


@pytest.mark.parametrize(("texts", "expected"), EDITS)
def test_a_caption_changes_its_own_line_only(texts, expected, editor, tmp_path):
    raw = document(images=BLOCK)
    import_documents([write(tmp_path / "in", {"_news/a.md": raw})])
    article = Article.objects.get()
    moderation.edit(article, by=editor, version=1, images=said_of(article, texts))

    out = export(tmp_path / "out")["_news/a.md"]

    assert difference(raw.encode(), out) == expected
    before = content_hash()
    wipe()
    import_documents([tmp_path / "out"])
    assert content_hash() == before


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        ("[https://p.example/1.jpg, https://p.example/2.jpg]", 'title: "A"'),
        ("[{url: https://p.example/1.jpg, x: 1}, {url: https://p.example/2.jpg}]", 'title: "A"'),
        ("\n- {url: https://p.example/1.jpg, title: B}\n- https://p.example/2.jpg", "title: A"),
        ("\n-\n  url: https://p.example/1.jpg\n  title: ~\n- https://p.example/2.jpg", "title: A"),
        ("\n- title: >\n    Some\n    lines\n  url: https://p.example/1.jpg\n- https://p.example/2.jpg", "title: "),
    ],
)
def test_a_caption_goes_into_any_form_of_a_list(images, expected, editor, tmp_path):
    import_documents([write(tmp_path / "in", {"_news/a.md": document(images=images)})])
    article = Article.objects.get()
    texts = [("A", ""), ("", "Über, „Zoë“: 1")]
    moderation.edit(article, by=editor, version=1, images=said_of(article, texts))
    before = content_hash()

    out = export(tmp_path / "out")["_news/a.md"].decode()

    assert expected in out
    wipe()
    import_documents([tmp_path / "out"])
    assert content_hash() == before
    assert list(Article.objects.get().image_links.values_list("title", "attribution")) == texts


def test_the_texts_of_the_image_itself_go_into_no_document(editor, tmp_path):
    raw = document(images=BLOCK)
    import_documents([write(tmp_path / "in", {"_news/a.md": raw})])
    before = content_hash()
    Image.objects.update(title="Of staff", attribution="Of staff")

    moderation.edit(Article.objects.get(), by=editor, version=1, title="Another title")

    assert "Of staff" not in export(tmp_path / "out")["_news/a.md"].decode()
    Article.objects.update(title="A title")
    assert content_hash() == before


def test_the_content_hash_covers_captions(tmp_path):
    import_documents([write(tmp_path / "in", {"_news/a.md": document(images=BLOCK)})])
    before = content_hash()

    ArticleImage.objects.filter(title="A tram").update(title="A bus")

    assert content_hash() != before


def test_logos_and_pictures_of_topics_come_out_with_their_texts(tmp_path):
    image = "images: [{url: 'https://p.example/1.jpg', title: Logo, attribution: Ann}]"
    files = {
        "_data/organizations/a.md": f"---\ntaxonomy: organization\nname: A\ndomain: a.example\n{image}\n---\n",
        "_data/topics/t.md": f"---\ntaxonomy: topic\n_id: t\nname: T\n{image}\n---\n",
    }
    import_documents([write(tmp_path / "in", files)])

    export(tmp_path / "out", "--taxonomies")
    wipe()
    import_documents([tmp_path / "out"])

    for row in (Provider.objects.get(), Topic.objects.get()):
        assert list(row.image_links.values_list("title", "attribution")) == [("Logo", "Ann")]
