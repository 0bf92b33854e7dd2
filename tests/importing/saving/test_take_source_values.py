import pytest

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.importing.saving.take_source_values import source_values
from articles.models import Article, Channel
from tests.factories import make_article, make_provider, make_topic
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db

ADMIN = moderation.Context(Channel.ADMIN)


@pytest.fixture
def disputed(tmp_path, editor):
    """An article whose heat and title both the document and an editor changed."""
    write(tmp_path, {"a.md": document(heat="10")})
    import_documents([tmp_path])
    moderation.apply(Article.objects.get(), by=editor, version=1, at=ADMIN, heat=99, title="Mine")
    write(tmp_path, {"a.md": document(heat="30", title="Theirs")})
    import_documents([tmp_path])
    return Article.objects.get()


def test_a_person_may_take_the_sources_value(disputed, editor):
    assert disputed.conflicts == ["title", "heat"]

    moderation.apply(
        disputed, by=editor, version=disputed.version, at=ADMIN, **source_values(disputed, disputed.conflicts)
    )

    assert (disputed.title, disputed.heat, disputed.conflicts) == ("Theirs", 30, [])


def test_a_persons_edit_settles_that_conflict_and_no_other(disputed, editor):
    moderation.edit(disputed, by=editor, version=disputed.version, title="A third one")

    assert disputed.conflicts == ["heat"]


def test_a_conflict_lasts_through_imports_that_do_not_speak_of_it(disputed, tmp_path):
    write(tmp_path, {"a.md": document(heat="30", title="Theirs", excerpt="More")})

    import_documents([tmp_path])

    disputed.refresh_from_db()
    assert (disputed.excerpt, disputed.conflicts) == ("More", ["title", "heat"])


def test_a_conflict_is_over_when_the_document_comes_round(disputed, tmp_path):
    write(tmp_path, {"a.md": document(heat="99", title="Theirs")})

    import_documents([tmp_path])

    disputed.refresh_from_db()
    assert (disputed.heat, disputed.conflicts) == (99, ["title"])


def test_lists_and_provider_come_back_from_the_source(tmp_path, editor):
    related = "[{webUrl: 'https://r.example/1'}, {webUrl: 'https://r.example/2', title: Two}]"
    write(tmp_path, {"a.md": document(topics="[B, A]", images="[{url: 'https://p.example/1.jpg'}]", related=related)})
    import_documents([tmp_path])
    article = Article.objects.get()
    changes = {"topics": [make_topic("C")], "images": [], "provider": make_provider(), "related": []}
    moderation.apply(article, by=editor, version=1, at=ADMIN, **changes)

    moderation.apply(article, by=editor, version=article.version, at=ADMIN, **source_values(article, changes))

    assert [topic.name for topic in article.ordered_topics] == ["B", "A"]
    assert [image.url for image in article.ordered_images] == ["https://p.example/1.jpg"]
    assert article.provider.domain == "news.example"
    assert [(link.url, link.title, link.hidden) for link in article.related.all()] == [
        ("https://r.example/1", "", False),
        ("https://r.example/2", "Two", False),
    ]


def test_nothing_is_overwritten_where_the_earlier_document_is_unknown(tmp_path):
    make_article(path="a.md", title="Mine", web_url="https://news.example/a")
    write(tmp_path, {"a.md": document()})

    import_documents([tmp_path])

    article = Article.objects.get()
    assert article.title == "Mine"
    assert "title" in article.conflicts


def test_an_article_without_a_document_has_no_sources_values():
    assert source_values(make_article(), ["title"]) == {}
