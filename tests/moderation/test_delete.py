"""The verb `delete`: the tombstone and the log that it leaves."""

from articles import moderation
from articles.models import Article, Event, Tombstone
from tests.factories import make_article


def test_delete_leaves_a_tombstone_and_the_log(editor):
    article = make_article(path="_news/1.md", secured="c2VjcmV0;AAAAAAAAAAAAAAAAAAAAAA==")
    moderation.publish(article, by=editor, version=1)
    pk = article.pk

    event = moderation.delete(article, by=editor, version=2)

    stone = Tombstone.objects.get()
    assert (stone.path, stone.title, stone.deleted_by) == ("_news/1.md", article.title, editor)
    assert not Article.objects.filter(pk=pk).exists()
    assert [e.verb for e in Event.objects.filter(article_id=pk)] == ["delete", "publish"]
    assert event.before["title"] == article.title
    assert "c2VjcmV0" not in str(event.before)


def test_articles_without_a_document_have_a_tombstone_each(editor):
    for _ in range(2):
        moderation.delete(make_article(path=None), by=editor, version=1)

    assert Tombstone.objects.filter(path=None).count() == 2
