import difflib
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import moderation
from articles.exporting.content import content_hash
from articles.importing.runs.run import import_documents
from articles.models import Article, Event, Image, ImportRun, Reason, RelatedLink, Tombstone, Topic, append_only
from providers.models import Provider
from tests.factories import make_article, make_image, make_provider, make_topic
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db

SECURED = "c2VjcmV0;AAAAAAAAAAAAAAAAAAAAAA=="
DOCUMENT = f"""\
---
# Written by a machine.
category: news
title: "A title"   # the headline
excerpt: 'It''s short'
publishedDateTime: 2020-06-11T19:19:00Z
webUrl: "https://news.example/a"
ampWebUrl: "https://news.example/a/amp"
unknown: {{b: [1, 2.50, ~], "a": yes}}
type: article
quality: 24
heat: -1
published: false

provider:
  name: News   # as it calls itself
  domain: news.example
  founded: 1990

topics:
  # The first one leads.
  - AI
  - "Computer Vision"  # seen

images:
  - url: "https://pictures.example/1.jpg"
    width: 520
    height: 208
    focus: left
  - url: "https://pictures.example/2.jpg"
    isCached: true

related:
  - title: "First"
    excerpt: "One"
    webUrl: "https://other.example/1"
    type: article
    provider:
      name: Other
      domain: other.example
    quality: 3
    mood: calm
    images:
      - url: "https://pictures.example/3.jpg"
        focus: right
  # The second one.
  - title: "Second"
    publishedDateTime: 2020-06-12T19:19:00Z
    webUrl: "https://other.example/2"
    quality: 1

# Nobody reads this.
secured: "{SECURED}"
---

Some text.
"""


def export(folder: Path, *options: str) -> dict[str, bytes]:
    call_command("export_articles", folder, *options, stdout=Silent())
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


class Silent:
    def write(self, text):
        pass


def difference(before: bytes, after: bytes) -> list[str]:
    """The lines that differ, `-` before and `+` after; the line ends are all of the kind that they were."""
    ends = b"\r\n" if b"\r\n" in before else b"\n"
    assert after.count(b"\n") == after.count(ends)
    old, new = (raw.decode().replace("\r", "").split("\n") for raw in (before, after))
    return [line for line in difflib.unified_diff(old, new, n=0, lineterm="") if line[:3] not in ("---", "+++", "@@ ")]


@pytest.fixture(params=["\n", "\r\n"], ids=["LF", "CRLF"])
def imported(request, tmp_path) -> Article:
    raw = DOCUMENT.replace("\n", request.param).encode()
    import_documents([write(tmp_path / "in", {"_news/a.md": raw})])
    article = Article.objects.get()
    article.raw, article.newline = raw, request.param
    return article


def test_the_seeds_come_out_byte_for_byte(seeds, tmp_path):
    import_documents([seeds])

    assert export(tmp_path / "out") == {file.name: file.read_bytes() for file in seeds.iterdir()}


@pytest.mark.parametrize("snapshot", ["2020-12-07", "2021-01-08"])
def test_every_news_document_of_the_corpus_comes_out_byte_for_byte(corpus, snapshot, tmp_path):
    import_documents([corpus / snapshot / "_news"])

    assert export(tmp_path / "out") == {
        file.name: file.read_bytes() for file in (corpus / snapshot / "_news").iterdir()
    }


def test_what_was_updated_by_a_later_document_comes_out_as_that(corpus, tmp_path):
    import_documents([corpus / "2020-12-07"])
    report = import_documents([corpus / "2021-01-08"])

    out = export(tmp_path / "out")

    assert report.counts["updated"] >= 7
    assert [path for path, raw in out.items() if raw != (corpus / "2021-01-08" / path).read_bytes()] == []


def test_a_review_that_changes_nothing_readers_see_leaves_the_document_alone(imported, moderator, tmp_path):
    moderation.reject(imported, by=moderator, version=1, why=moderation.Why(Reason.objects.first()))

    assert export(tmp_path / "out") == {"_news/a.md": imported.raw}


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


def test_export_wipe_import_gives_the_same_content(corpus, seeds, editor, tmp_path):
    import_documents([corpus / "2020-12-07"])
    import_documents([corpus / "2021-01-08", seeds])
    for number, article in enumerate(Article.objects.order_by("pk")[:60:2]):
        moderation.edit(article, by=editor, version=article.version, title=f"Title: {number}", topics=[make_topic()])
        related = [{"pk": link.pk, "title": f"{link.title}!"} for link in article.related.all()[1:]]
        moderation.curate(article, by=editor, version=article.version, related=related)
    before = content_hash()

    export(tmp_path / "out", "--taxonomies")
    wipe()
    import_documents([tmp_path / "out"])

    assert content_hash() == before


def test_the_content_hash_tells_every_change_that_documents_can_say(imported, editor):
    seen = {content_hash()}
    for field, value, _ in EDITS:
        moderation.edit(imported, by=editor, version=imported.version, **{field: value})
        seen.add(content_hash())
    first = imported.related.first()
    moderation.curate(imported, by=editor, version=imported.version, related=[{"pk": first.pk, "title": "Other"}])
    seen.add(content_hash())

    assert len(seen) == len(EDITS) + 2


def test_providers_and_topics_come_out_as_they_are_now(corpus, tmp_path):
    import_documents([corpus / "2021-01-08" / "_data"])
    fields = ("domain", "name", "other_names", "description", "images__url")
    providers = list(Provider.objects.order_by("domain", "image_links__position").values_list(*fields))
    topics = list(Topic.objects.order_by("slug").values_list("slug", "name", "short_name", "parent__name", "keywords"))

    export(tmp_path / "out", "--taxonomies")
    wipe()
    report = import_documents([tmp_path / "out"])

    assert set(report.counts) == {"created", "updated"}
    assert list(Provider.objects.order_by("domain", "image_links__position").values_list(*fields)) == providers
    assert (
        list(Topic.objects.order_by("slug").values_list("slug", "name", "short_name", "parent__name", "keywords"))
        == topics
    )


@pytest.mark.parametrize("name", ["news.zip", "news.tar.gz"])
def test_an_archive_holds_the_documents_under_their_paths(name, seeds, tmp_path):
    import_documents([seeds])
    expected = {file.name: file.read_bytes() for file in seeds.iterdir()}

    call_command("export_articles", "--archive", tmp_path / name, stdout=Silent())

    if name.endswith(".zip"):
        with zipfile.ZipFile(tmp_path / name) as archive:
            assert {member: archive.read(member) for member in archive.namelist()} == expected
    else:
        with tarfile.open(tmp_path / name) as archive:
            assert {member.name: archive.extractfile(member).read() for member in archive} == expected
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert import_documents([tmp_path / name]).counts == {"unchanged": 5}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--state", "live"], {"live.md"}),
        (["--type", "video"], {"video.md"}),
        (["--category", "people"], {"people.md"}),
        (["--provider", "Other.example"], {"live.md"}),
        (["--topic", "ai"], {"video.md"}),
        (["--since", "2020-06-12"], {"people.md"}),
        (["--until", "2020-06-11"], {"live.md", "video.md"}),
        (["--since", "2020-06-11T19:19:00Z", "--until", "2020-06-11T19:19:00"], {"live.md", "video.md"}),
        (["--touched"], {"people.md"}),
    ],
)
def test_a_filter_leaves_what_it_names(options, expected, editor, tmp_path):
    files = {
        "live.md": document(published="true", provider="{domain: other.example}"),
        "video.md": document(type="video", topics="[AI]", webUrl="https://news.example/b"),
        "people.md": document(category="people", publishedDateTime="2020-06-12T00:00:00Z", webUrl="https://a.example"),
    }
    import_documents([write(tmp_path / "in", files)])
    moderation.score(Article.objects.get(path="people.md"), by=editor, version=1, heat=1)

    assert set(export(tmp_path / "out", *options)) == expected


def test_an_article_without_a_document_gets_a_new_one(tmp_path):
    make_article(path=None, slug="by-hand", title="By hand", topics=[make_topic()], body="Text", extra={"a": [1]})
    before = content_hash()

    out = export(tmp_path / "out")

    assert list(out) == ["_news/by-hand.md"]
    assert out["_news/by-hand.md"].startswith(b'---\ncategory: news\ntitle: "By hand"\n')
    wipe()
    import_documents([tmp_path / "out"])
    Article.objects.update(path=None)
    assert content_hash() == before


@pytest.mark.parametrize("path", ["../out.md", "/tmp/out.md", "a/../../out.md", "a//b.md", "./a.md", "a\n.md"])  # noqa: S108
def test_no_path_leads_out_of_the_folder(path, imported, tmp_path, capsys):
    Article.objects.update(path=path)

    with pytest.raises(SystemExit) as ended:
        call_command("export_articles", tmp_path / "out")

    assert ended.value.code == 1
    assert "is no path below a folder: not written" in capsys.readouterr().err
    assert list((tmp_path / "out").rglob("*")) == []
    assert not (tmp_path / "out.md").exists()


@pytest.mark.parametrize("path", ["link/a.md", "deep/link/a.md", "file.md/a.md"])
def test_no_link_and_no_file_on_the_way_is_followed(path, imported, tmp_path, capsys):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    (out / "deep").mkdir(parents=True)
    elsewhere.mkdir()
    (out / "link").symlink_to(elsewhere)
    (out / "deep" / "link").symlink_to(elsewhere)
    (out / "file.md").touch()
    Article.objects.update(path=path)

    with pytest.raises(SystemExit):
        call_command("export_articles", out, "--overwrite")

    assert f"{path}: cannot be written: Not a directory" in capsys.readouterr().err
    assert list(elsewhere.iterdir()) == []


def test_a_link_in_the_place_of_a_document_is_replaced_not_followed(imported, tmp_path):
    (tmp_path / "out" / "_news").mkdir(parents=True)
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "out" / "_news" / "a.md").symlink_to(tmp_path / "precious")

    out = export(tmp_path / "out", "--overwrite")

    assert (tmp_path / "precious").read_text() == "mine"
    assert out == {"_news/a.md": imported.raw}


def test_a_folder_that_holds_something_is_left_alone(imported, tmp_path):
    (tmp_path / "in.zip").touch()

    with pytest.raises(CommandError, match="is not empty"):
        call_command("export_articles", tmp_path / "in")
    with pytest.raises(CommandError, match="is there already"):
        call_command("export_articles", "--archive", tmp_path / "in.zip")
    with pytest.raises(CommandError, match="name a folder"):
        call_command("export_articles")
    with pytest.raises(CommandError, match="no provider 'nobody"):
        call_command("export_articles", tmp_path / "out", "--provider", "nobody.example")


def test_a_document_that_would_say_something_else_is_named_and_not_written(seeds, editor, tmp_path, capsys):
    import_documents([seeds])
    article = Article.objects.get(path__startswith="000")
    moderation.score(article, by=editor, version=1, heat=1)
    Article.objects.filter(pk=article.pk).update(title=" ")

    with pytest.raises(SystemExit) as ended:
        call_command("export_articles", tmp_path / "out")

    assert ended.value.code == 1
    assert "000_ff5a3c079c4dff48.txt: the changed document could not be read back: is empty" in capsys.readouterr().err
    assert len(list((tmp_path / "out").iterdir())) == 4


def test_what_imports_alone_have_changed_comes_out_as_the_last_document(tmp_path):
    source = tmp_path / "in"
    last = document(heat="2", unknown="new")
    for said in (document(heat="1"), last):
        import_documents([write(source, {"a.md": said})])

    call_command("export_articles", tmp_path / "out")

    assert Article.objects.get().version == 2
    assert (tmp_path / "out" / "a.md").read_text() == last


def test_the_number_of_queries_does_not_grow_with_the_articles(seeds, editor, tmp_path):
    import_documents([seeds])

    def queries(count: int) -> int:
        for article in Article.objects.filter(version=1)[:count]:
            moderation.score(article, by=editor, version=1, heat=55)
        with CaptureQueriesContext(connection) as captured:
            export(tmp_path / str(count))
        return len(captured)

    assert queries(1) == queries(4)


def wipe() -> None:
    with append_only.lifted(connection):
        Event.objects.all().delete()
    for model in (ImportRun, Tombstone, RelatedLink):
        model.objects.all().delete()
    Article.objects.all().delete()
    Topic.objects.update(parent=None)
    for model in (Topic, Provider, Image):
        model.objects.all().delete()
