"""Rows of a table go the way of documents."""

import io

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from articles import moderation
from articles.documents.stored import document_in
from articles.importing.runs.run import import_documents
from articles.importing.saving.take_source_values import source_values
from articles.models import Article, ArticleImage, ImportRun, Reason
from tests.admin.table_import.tables import NEW, confirm, send, table, verdicts
from tests.conftest import SEEDS
from tests.factories import make_image
from tests.importing.documents_by_hand import document, write

EXPORT = reverse("admin:articles_article_export")


@pytest.fixture
def seeds(db):
    import_documents([SEEDS])
    return {article.path[:3]: article for article in Article.objects.all()}


def test_preview_says_what_would_happen_and_writes_nothing(desk):
    page = send(desk, table(NEW))

    assert page.context["counts"] == "1 created"
    assert not Article.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_confirmed_row_becomes_an_article_through_the_engine(desk, importer):
    response = confirm(desk, table(NEW | {"topics": "AI\nVision", "quality": "40", "published": "true"}))

    run = ImportRun.objects.get()
    assert response.url == reverse("admin:articles_importrun_change", args=[run.pk])
    assert (run.by, run.channel, run.counts, run.options) == (importer, "admin", {"created": 1}, {"table": "table.csv"})
    article = Article.objects.get()
    assert (article.title, article.provider.domain, article.quality, article.state) == (
        "A new one",
        "acme.example",
        40,
        "live",
    )
    assert [str(topic) for topic in article.ordered_topics] == ["AI", "Vision"]


def test_a_row_of_a_known_url_is_that_article(desk):
    confirm(desk, table(NEW))

    confirm(desk, table({"web_url": NEW["web_url"] + "?utm_source=x", "title": "Renamed"}))
    confirm(desk, table(NEW | {"title": "Renamed again"}))

    assert list(Article.objects.values_list("title", flat=True)) == ["Renamed again"]


def test_an_export_that_nobody_touched_changes_nothing(desk, seeds, make_user):
    boss = Client()
    boss.force_login(make_user("superuser"))
    columns = {f"articleresource_{name}": "on" for name in boss.get(EXPORT).context["form"].resources[0].fields}
    for format in (0, 1):
        content = boss.post(EXPORT, {"format": format, "resource": 0} | columns).content

        page = send(desk, content, name="x.xlsx")

        assert page.context["counts"] == f"{len(seeds)} unchanged"


def test_a_row_changes_its_cells_and_leaves_every_other_byte_of_the_document(desk, seeds):
    article = seeds["000"]
    before = document_in(Article.objects.get(pk=article.pk).source).decode()

    confirm(desk, table({"path": article.path, "heat": "55", "title": 'Say "no": a title'}))

    article.refresh_from_db()
    after = document_in(article.source).decode()
    assert (article.heat, article.title) == (55, 'Say "no": a title')
    changed = [(old, new) for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]
    assert changed == [
        (
            'title: "Paltry Facial Recognition Delay Is Painfully On-Brand for Amazon"',
            'title: "Say \\"no\\": a title"',
        ),
        ("heat: -1", "heat: 55"),
    ]


def test_what_a_person_decided_stays(desk, seeds, editor):
    article = seeds["000"]
    moderation.score(article, by=editor, version=1, heat=7)
    moderation.reject(article, by=editor, version=2, why=moderation.Why(Reason.objects.first()))

    page = send(desk, table({"path": article.path, "heat": "55", "published": "true"}))
    confirm(desk, table({"path": article.path, "heat": "55", "published": "true"}))

    article.refresh_from_db()
    assert (article.heat, article.state) == (7, "rejected")
    assert verdicts(page) == [
        (
            "conflict",
            [
                "heat: changed by the document and by a person: the person's value stays",
                "published: decided by a person: the decision stays",
            ],
        )
    ]


def test_a_row_exported_before_the_last_change_is_rejected(desk, seeds, editor):
    article = seeds["000"]
    moderation.score(article, by=editor, version=1, heat=7)

    page = send(desk, table({"path": article.path, "version": "1", "heat": "55"}))

    assert verdicts(page) == [("rejected", ["2: version: is '1', but the article is at 2: export it again"])]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"quality": "many"}, "2: quality: is 'many', not a whole number from 0"),
        ({"quality": "-1"}, "2: quality: is '-1', not a whole number from 0"),
        ({"heat": "99999999999"}, "2: heat: is '99999999999', not a whole number from -1"),
        ({"published": "maybe"}, "2: published: is 'maybe', not true or false"),
        ({"published_at": "yesterday"}, "2: published_at: is 'yesterday', not a date like 2021-01-31T12:00:00Z"),
        ({"published_at": "9999-12-31T23:59:59-14:00"}, None),
        ({"type": "poem"}, None),
        ({"web_url": "javascript:alert(1)"}, "2: web_url: is 'javascript:alert(1)', which is not an http(s) link"),
        ({"title": ""}, None),
        ({"title": "a\x07b"}, None),
        ({"path": "a\x00b"}, "2: path: holds the control character U+0000"),
        ({"path": "../a.md"}, "2: path: is no path of a document, like _news/a.md"),
        ({"path": "a\nb.md"}, None),
        ({"path": "x" * 501}, "2: path: is longer than 500 characters"),
    ],
)
def test_a_bad_row_is_rejected_with_row_and_column_and_stops_no_other(desk, cells, message):
    good = NEW | {"web_url": "https://acme.example/2"}

    page = send(desk, table(NEW | cells, good))

    (verdict, messages), (other, _) = verdicts(page)
    assert (verdict, other) == ("rejected", "created")
    assert messages[0].startswith(f"2: {next(iter(cells))}: ")
    if message:
        assert messages == [message]


def test_a_provider_that_cannot_be_read_is_taken_from_the_link_and_said(desk):
    page = send(desk, table(NEW | {"provider": "no domain"}))

    ((verdict, messages),) = verdicts(page)
    assert verdict == "created"
    assert [message for message in messages if "taken from the link, acme.example" in message] == messages != []


def test_two_rows_of_one_article_are_told(desk):
    page = send(desk, table(NEW, NEW))

    assert verdicts(page)[1] == ("rejected", ["3: path: is the article of row 2 too"])


def test_xlsx_is_read_like_csv(desk):
    book = openpyxl.Workbook()
    book.active.append([*NEW, "quality", "published"])
    book.active.append([*NEW.values(), 12.0, True])
    out = io.BytesIO()
    book.save(out)

    confirm(desk, out.getvalue())

    article = Article.objects.get()
    assert (article.quality, article.published, article.title) == (12, True, "A new one")


def test_apostrophes_of_the_export_are_taken_away(desk):
    confirm(desk, table(NEW | {"title": "'=1+1", "excerpt": "'quoted'"}))

    article = Article.objects.get()
    assert (article.title, article.excerpt) == ("=1+1", "'quoted'")


def test_texts_of_images_stay_where_a_table_adds_an_image(desk, tmp_path, editor):
    first, second = "https://p.example/1.jpg", "https://p.example/2.jpg"
    images = f"[{{url: '{first}', title: Old, x: 1}}, '{second}']"
    import_documents([write(tmp_path, {"a.md": document(images=images)})])
    article = Article.objects.get()
    ours = make_image()
    places = [
        ArticleImage(image=image, title=title, attribution=title)
        for image, title in zip([*article.ordered_images, ours], ["One", "Two", "Three"], strict=True)
    ]
    moderation.edit(article, by=editor, version=1, images=places)
    new = "https://p.example/new.jpg"

    confirm(desk, table({"path": "a.md", "images": "\n".join([new, first, second, ours.url])}))

    # Both changed the images: what the editor made of them stands until somebody takes what the table says.
    article.refresh_from_db()
    assert (article.conflicts, article.ordered_images[2]) == (["images"], ours)
    moderation.edit(article, by=editor, version=article.version, **source_values(article, ["images"]))
    assert list(article.image_links.values_list("image__url", "title", "attribution")) == [
        (new, "", ""), (first, "One", "One"), (second, "Two", "Two"), (ours.url, "Three", "Three"),
    ]  # fmt: skip
    assert b"x: 1" in document_in(article.source)
