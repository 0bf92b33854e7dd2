"""What the source says otherwise, on every page that shows it."""

import pytest

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(client, editor):
    """The fields that differ from the source, as the queue and as the article page show them."""
    client.force_login(editor)

    def pages(article: Article) -> tuple[list[str], list[str]]:
        item = client.get("/desk/queue/", {"item": article.pk}).context["item"]
        said = client.get(f"/desk/articles/{article.pk}/").context["source_values"]
        shown = [conflict.difference for conflict in item.conflicts] + item.differences
        return [difference.label for difference in shown], list(said)

    return pages


def imported(folder, **fields) -> Article:
    import_documents([write(folder, {"a.md": document(**fields)})])
    return Article.objects.get()


def test_a_conflict_on_the_body_is_shown_in_the_queue(tmp_path, editor, pages):
    article = imported(tmp_path, body="First.")
    moderation.edit(article, by=editor, version=1, body="Ours.")
    article = imported(tmp_path, body="Theirs.")

    assert article.conflicts == ["body"]
    assert pages(article) == (["body"], ["body"])


@pytest.mark.parametrize(
    ("name", "key", "label"), [("amp_url", "ampWebUrl", "AMP URL"), ("cdn_amp_url", "cdnAmpWebUrl", "CDN AMP URL")]
)
def test_a_conflict_on_an_amp_link_is_shown_in_the_queue(tmp_path, editor, pages, name, key, label):
    article = imported(tmp_path, **{key: "https://amp.example/1"})
    moderation.edit(article, by=editor, version=1, **{name: "https://amp.example/ours"})
    article = imported(tmp_path, **{key: "https://amp.example/2"})

    assert article.conflicts == [name]
    assert pages(article) == ([label], [name])


LINKS = "[{webUrl: 'https://r.example/1', title: One}, {webUrl: 'https://r.example/2', title: Two}]"


def test_a_related_link_that_a_person_hid_is_no_difference_with_the_source(tmp_path, editor, pages):
    article = imported(tmp_path, related=LINKS)
    first, second = article.related.all()
    moderation.curate(article, by=editor, version=1, related=[{"pk": first.pk, "hidden": True}, {"pk": second.pk}])

    assert pages(article) == ([], [])


def test_a_hidden_related_link_that_the_source_drops_is_no_difference_either(tmp_path, editor, pages):
    article = imported(tmp_path, related=LINKS)
    first, second = article.related.all()
    moderation.curate(article, by=editor, version=1, related=[{"pk": first.pk, "hidden": True}, {"pk": second.pk}])
    article = imported(tmp_path, related="[{webUrl: 'https://r.example/2', title: Two}]")

    assert article.related.filter(hidden=True).exists()
    assert pages(article) == ([], [])


def test_a_related_link_that_an_editor_added_is_a_difference(tmp_path, editor, pages):
    article = imported(tmp_path, related=LINKS)
    links = [{"pk": link.pk} for link in article.related.all()]
    moderation.curate(article, by=editor, version=1, related=[*links, {"url": "https://r.example/3"}])

    assert pages(article) == (["related links"], ["related"])


def test_the_queue_tells_of_a_change_that_lies_far_back(tmp_path, editor, pages):
    article = imported(tmp_path)
    moderation.edit(article, by=editor, version=1, title="Ours")
    for score in range(10):
        moderation.score(article, by=editor, version=article.version, heat=score)

    assert pages(article) == (["title", "heat"], ["title", "heat"])
