"""A change of an article changes its own lines of the document only."""

from datetime import UTC, datetime

import pytest

from articles import moderation
from articles.exporting.content import content_hash
from articles.importing.runs.run import import_documents
from articles.models import Article, Image, Topic
from tests.exporting.documents import DOCUMENT, difference, export, wipe
from tests.factories import make_image, make_provider, make_topic
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db

EDITS = [
    ("title", 'A: "1" \\ # x', ['-title: "A title"   # the headline', r'+title: "A: \"1\" \\ # x"   # the headline']),
    ("excerpt", "It's long", ["-excerpt: 'It''s short'", "+excerpt: 'It''s long'"]),
    ("excerpt", "Two\nlines", ["-excerpt: 'It''s short'", r'+excerpt: "Two\nlines"']),
    ("excerpt", "", ["-excerpt: 'It''s short'"]),
    ("web_url", "https://news.example/b", ['-webUrl: "https://news.example/a"', '+webUrl: "https://news.example/b"']),
    ("amp_url", "", ['-ampWebUrl: "https://news.example/a/amp"']),
    ("cdn_amp_url", "https://cdn.example/a", ['+cdnAmpWebUrl: "https://cdn.example/a"']),
    ("original_url", "https://news.example/o", ['+originalUrl: "https://news.example/o"']),
    ("type", "video", ["-type: article", "+type: video"]),
    ("category", "people", ["-category: news", "+category: people"]),
    (
        "published_at",
        datetime(2021, 1, 2, 3, 4, 5, tzinfo=UTC),
        ["-publishedDateTime: 2020-06-11T19:19:00Z", "+publishedDateTime: 2021-01-02T03:04:05Z"],
    ),
    ("body", "\nOther text.\n", ["-Some text.", "+Other text."]),
    ("body", "", ["-Some text.", "-"]),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "expected"), EDITS, ids=[f"{e[0]}-{n}" for n, e in enumerate(EDITS)])
def test_an_edited_field_changes_its_own_line_only(imported, editor, field, value, expected, tmp_path):
    if field == "body":
        value = value.replace("\n", imported.newline)
    moderation.edit(imported, by=editor, version=1, **{field: value})

    out = export(tmp_path / "out")["_news/a.md"]

    assert difference(imported.raw, out) == expected


def test_scores_and_the_flag_change_their_own_lines_only(imported, editor, tmp_path):
    moderation.score(imported, by=editor, version=1, quality=0, heat=189)
    moderation.publish(imported, by=editor, version=2)

    out = export(tmp_path / "out")["_news/a.md"]

    assert difference(imported.raw, out) == [
        "-quality: 24",
        "-heat: -1",
        "-published: false",
        "+quality: 0",
        "+heat: 189",
        "+published: true",
    ]


def test_topics_and_images_that_stay_keep_their_text(imported, editor, tmp_path):
    vision, leaving = Topic.objects.get(name="Computer Vision"), Image.objects.get(url__endswith="2.jpg")
    images = [make_image(url="https://pictures.example/9.jpg"), *Image.objects.filter(url__endswith="/1.jpg")]
    moderation.edit(imported, by=editor, version=1, topics=[vision, make_topic("no")], images=images)

    out = export(tmp_path / "out")["_news/a.md"]

    assert leaving not in images
    assert difference(imported.raw, out) == [
        "-  # The first one leads.",
        "-  - AI",
        '+  - "no"',
        '+  - url: "https://pictures.example/9.jpg"',
        "+    width: 1200",
        "+    height: 630",
        '-  - url: "https://pictures.example/2.jpg"',
        "-    isCached: true",
    ]


def test_a_list_that_became_empty_goes_and_one_that_is_new_comes(imported, editor, tmp_path):
    moderation.edit(imported, by=editor, version=1, topics=[])
    raw = export(tmp_path / "without")["_news/a.md"]
    gone = ["-topics:", "-  # The first one leads.", "-  - AI", '-  - "Computer Vision"  # seen', "-"]
    assert sorted(difference(imported.raw, raw)) == sorted(gone)

    import_documents([write(tmp_path / "in", {"_news/a.md": raw})])
    moderation.edit(imported, by=editor, version=imported.version, topics=[make_topic("Robots")])
    again = export(tmp_path / "with")["_news/a.md"]

    assert difference(raw, again) == ["+", "+topics:", "+  - Robots"]


def test_another_provider_replaces_the_block(imported, editor, tmp_path):
    moderation.edit(imported, by=editor, version=1, provider=make_provider(domain="new.example", name="Ours: new"))

    out = export(tmp_path / "out")["_news/a.md"]

    assert difference(imported.raw, out) == [
        "-  name: News   # as it calls itself",
        "-  domain: news.example",
        "-  founded: 1990",
        '+  name: "Ours: new"',
        "+  domain: new.example",
    ]


def test_a_curated_link_changes_its_own_lines_only(imported, editor, tmp_path):
    first, second = imported.related.all()
    related = [
        {"pk": second.pk, "title": "Second, anew", "published_at": None},
        {"url": "https://other.example/3", "title": "Third"},
        {"pk": first.pk, "amp_url": "https://other.example/1/amp"},
    ]
    moderation.curate(imported, by=editor, version=1, related=related)

    out = export(tmp_path / "out")["_news/a.md"].decode().replace("\r", "")

    assert out == DOCUMENT[: DOCUMENT.index("related:")] + DOCUMENT[DOCUMENT.index("related:") :].replace(
        DOCUMENT[DOCUMENT.index('  - title: "First"') : DOCUMENT.index("\n# Nobody")],
        """\
  # The second one.
  - title: "Second, anew"
    webUrl: "https://other.example/2"
    quality: 1
  - title: "Third"
    webUrl: "https://other.example/3"
    type: article
    quality: 0
  - title: "First"
    excerpt: "One"
    webUrl: "https://other.example/1"
    ampWebUrl: "https://other.example/1/amp"
    type: article
    provider:
      name: Other
      domain: other.example
    quality: 3
    mood: calm
    images:
      - url: "https://pictures.example/3.jpg"
        focus: right
""",
    )


def test_a_link_that_an_editor_hid_is_left_out(imported, editor, tmp_path):
    first, second = imported.related.all()
    moderation.curate(imported, by=editor, version=1, related=[{"pk": first.pk, "hidden": True}, {"pk": second.pk}])

    out = export(tmp_path / "out")["_news/a.md"]

    assert b"other.example/1" not in out
    assert b"  # The second one." in out


def test_a_document_in_flow_style_keeps_that(editor, tmp_path):
    flow = (
        "---\n{title: 'A', publishedDateTime: 2020-06-11, webUrl: https://news.example/a, # here\n"
        " provider: {domain: news.example}, x: [1], images: [{url: /a.jpg, f: 1}, {url: /b.jpg}]}\n---"
    )
    import_documents([write(tmp_path / "in", {"a.md": flow})])
    article = Article.objects.get()
    images = [*Image.objects.filter(url="/a.jpg"), make_image(url="/c.jpg", width=None, height=None)]
    moderation.edit(
        article, by=editor, version=1, title='It\'s "B"', topics=[make_topic("AI")], body="x", images=images
    )

    assert export(tmp_path / "out")["a.md"].decode() == (
        "---\n{topics: [\"AI\"], title: 'It''s \"B\"', publishedDateTime: 2020-06-11, "
        "webUrl: https://news.example/a, # here\n"
        ' provider: {domain: news.example}, x: [1], images: [{url: /a.jpg, f: 1}, {url: "/c.jpg"}]}\n---\nx'
    )


@pytest.mark.parametrize(
    "text",
    [
        document(excerpt="|\n  Two\n  lines"),
        document(excerpt=">-\n  Two\n  lines\n\n# below"),
        document(excerpt="Two\n  lines # behind"),
        document(excerpt=None),
        document(excerpt=""),
        document(excerpt="~"),
        document(excerpt='"Two\\\n  lines"', related="[]"),
        "\ufeff" + document(excerpt='"x"').replace("\n", "\r\n"),
        document(excerpt='"x"').replace("---\n", "---  \n"),
        document(excerpt='"x"', images="\n- url: /a.jpg\n- {url: /b.jpg}\n-\n  url: /c.jpg"),
        '---\n"title": A\n"excerpt"  : x\n? webUrl\n: https://a.example\npublishedDateTime: 2020-01-01T00:00:00Z\n'
        "provider:\n  domain: a.example\n---\n",
        "---\n  title: A\n  webUrl: https://a.example\n  publishedDateTime: 2020-01-01\n  provider: {domain: b.c}\n---",
    ],
)
def test_a_document_of_any_shape_takes_an_edit_of_every_field(text, editor, tmp_path):
    import_documents([write(tmp_path / "in", {"a.md": text})])
    article = Article.objects.get()
    moderation.edit(
        article,
        by=editor,
        version=1,
        title="- T",
        excerpt="E: 1",
        web_url="",
        original_url="https://o.example/",
        amp_url="https://a.example/amp",
        topics=[make_topic("One"), make_topic("2")],
        images=[make_image(), *article.ordered_images[::-1]],
        provider=make_provider(),
        body="A body\n",
    )
    moderation.score(article, by=editor, version=2, heat=7, quality=8)
    moderation.curate(article, by=editor, version=3, related=[{"url": "https://r.example/", "title": "true"}])
    before = content_hash()

    out = export(tmp_path / "out")
    wipe()
    import_documents([tmp_path / "out"])

    assert text.startswith("\ufeff") == out["a.md"].startswith(b"\xef\xbb\xbf")
    assert content_hash() == before


def test_a_bare_mapping_gets_lines_around_it_for_its_body(editor, tmp_path):
    import_documents([write(tmp_path / "in", {"a.yaml": document().replace("---\n", "")})])
    moderation.edit(Article.objects.get(), by=editor, version=1, body="text")

    assert export(tmp_path / "out")["a.yaml"].decode() == document(body="text")


def test_the_content_hash_tells_every_change_that_documents_can_say(imported, editor):
    seen = {content_hash()}
    for field, value, _ in EDITS:
        moderation.edit(imported, by=editor, version=imported.version, **{field: value})
        seen.add(content_hash())
    first = imported.related.first()
    moderation.curate(imported, by=editor, version=imported.version, related=[{"pk": first.pk, "title": "Other"}])
    seen.add(content_hash())

    assert len(seen) == len(EDITS) + 2
