"""Which documents come out, byte for byte, and that they say all when they are imported again."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import moderation
from articles.exporting.content import content_hash
from articles.importing.runs.run import import_documents
from articles.models import Article, Reason, Topic
from providers.models import Provider
from tests.exporting.documents import export, wipe
from tests.factories import make_article, make_topic
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db


def test_the_seeds_come_out_byte_for_byte(seeds, tmp_path):
    import_documents([seeds])

    assert export(tmp_path / "out") == {file.name: file.read_bytes() for file in seeds.iterdir()}


@pytest.mark.parametrize("snapshot", ["2020-12-07", "2021-01-08"])
def test_every_news_document_of_the_corpus_comes_out_byte_for_byte(corpus, snapshot, tmp_path):
    import_documents([corpus / snapshot / "_news"])

    assert export(tmp_path / "out") == {
        f"_news/{file.name}": file.read_bytes() for file in (corpus / snapshot / "_news").iterdir()
    }


def test_what_was_updated_by_a_later_document_comes_out_as_that(corpus, tmp_path):
    import_documents([corpus / "2020-12-07"])
    # Encrypted anew: no fact has changed.
    renewed = Article.objects.filter(import_files__earlier__isnull=False)
    import_documents([corpus / "2021-01-08"])

    out = export(tmp_path / "out")

    assert renewed.count() == 7
    assert [path for path, raw in out.items() if raw != (corpus / "2021-01-08" / path).read_bytes()] == []


def test_a_review_that_changes_nothing_readers_see_leaves_the_document_alone(imported, moderator, tmp_path):
    moderation.reject(imported, by=moderator, version=1, why=moderation.Why(Reason.objects.first()))

    assert export(tmp_path / "out") == {"_news/a.md": imported.raw}


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


def test_providers_and_topics_come_out_as_they_are_now(corpus, tmp_path):
    import_documents([corpus / "2021-01-08" / "_data"])
    fields = ("domain", "name", "other_names", "description", "images__url")
    providers = list(Provider.objects.order_by("domain", "image_links__position").values_list(*fields))
    topics = list(Topic.objects.order_by("slug").values_list("slug", "name", "short_name", "parent__name", "keywords"))

    export(tmp_path / "out", "--taxonomies")
    wipe()
    report = import_documents([tmp_path / "out"])

    assert set(report.counts) == {"created"}
    assert list(Provider.objects.order_by("domain", "image_links__position").values_list(*fields)) == providers
    assert (
        list(Topic.objects.order_by("slug").values_list("slug", "name", "short_name", "parent__name", "keywords"))
        == topics
    )


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
