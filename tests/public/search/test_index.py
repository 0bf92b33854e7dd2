"""The index is in step with the articles whatever writes them."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.importing.runs.undo import undo_run
from articles.models import Article, ArticleTopic, Event, ImportRun, Reason
from articles.moderation import bulk
from articles.moderation.content_verbs import ChangeTopics
from articles.moderation.verbs import Publish, Withdraw
from providers.models import Provider
from tests.admin.article_form.page import fields_of
from tests.factories import make_article, make_provider, make_topic
from tests.public.search.index import assert_in_step, index_now, titles


def document(title="A tram", *, topic="Energy", provider="post.example", published="true", heat=5, link="") -> str:
    return f"""---
title: "{title}"
excerpt: "About {title}"
publishedDateTime: 2021-01-08T10:00:00Z
webUrl: "https://{provider}/{link or title.replace(" ", "-")}"
quality: 5
heat: {heat}
published: {published}
provider:
  name: The {provider}
  domain: {provider}
topics:
  - {topic}
  - Second
---
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    for n, text in enumerate(
        [document("A tram"), document("Hidden bus", published="false"), document("A boat", provider="other.example")]
    ):
        (tmp_path / f"{n}.md").write_text(text)
    return tmp_path


def test_the_index_follows_imports_and_their_undoing(db, folder):
    import_documents([folder])
    assert_in_step(2)
    assert (titles("tram energy"), titles("bus"), titles("other.example")) == (["A tram"], [], ["A boat"])

    (folder / "0.md").write_text(document("A train", topic="Rails", link="A-tram"))
    (folder / "1.md").write_text(document("Hidden bus"))
    (folder / "2.md").write_text(document("A boat", provider="other.example", published="false", heat=9))
    import_documents([folder])
    assert_in_step(2)
    assert (titles("tram"), titles("train topic:rails"), titles("bus"), titles("boat")) == (
        [],
        ["A train"],
        ["Hidden bus"],
        [],
    )

    undo_run(ImportRun.objects.latest("pk"))
    assert_in_step(2)
    assert (titles("tram topic:energy"), titles("train"), titles("bus"), titles("boat")) == (
        ["A tram"],
        [],
        [],
        ["A boat"],
    )


def test_a_rehearsal_leaves_the_index_as_it_was(db, folder):
    import_documents([folder], dry_run=True)

    assert index_now() == []


def test_the_index_follows_decisions(db, make_user):
    by = make_user("superuser")
    topic = make_topic("Energy")
    article = make_article(title="A tram", excerpt="Old words")
    assert titles("tram") == []

    moderation.publish(article, by=by, version=1)
    assert titles("tram") == ["A tram"]

    moderation.edit(article, by=by, version=2, title="A train", excerpt="New words", topics=[topic])
    assert (titles("tram"), titles("old"), titles("train topic:energy")) == ([], [], ["A train"])
    assert_in_step(1)

    moderation.withdraw(article, by=by, version=3, why=moderation.Why(Reason.objects.first(), "wrong"))
    assert titles("train") == []
    assert_in_step(0)


def test_the_index_follows_what_is_decided_in_bulk_and_undone(db, make_user):
    by, power = make_user("superuser"), make_topic("Power")
    for title in ("A tram", "A boat", "A train"):
        make_article(title=title)

    published = bulk.carry_out(Article.objects.all(), Publish(), by=by)
    assert_in_step(3)
    sorted_in = bulk.carry_out(Article.objects.exclude(title="A boat"), ChangeTopics(add=[power]), by=by)
    assert sorted(titles("topic:power")) == ["A train", "A tram"]
    assert_in_step(3)

    why = moderation.Why(Reason.objects.first(), "wrong")
    bulk.carry_out(Article.objects.filter(title="A tram"), Withdraw(why), by=by)
    assert titles("topic:power") == ["A train"]
    assert_in_step(2)

    moderation.undo(Event.objects.get(verb="withdraw"), by=by)
    assert sorted(titles("topic:power")) == ["A train", "A tram"]
    moderation.undo_batch(sorted_in.batch, by=by)
    assert titles("topic:power") == []
    assert_in_step(3)
    article = Article.objects.get(title="A boat")
    moderation.delete(article, by=by, version=article.version)
    assert (titles("boat"), sorted(titles("type:article"))) == ([], ["A train", "A tram"])
    moderation.undo_batch(published.batch, by=by)
    assert titles("type:article") == []
    assert_in_step(0)


def test_an_article_is_found_from_its_hour_to_its_hour(db, make_user):
    by, now, hour = make_user("superuser"), timezone.now(), timedelta(hours=1)
    article = make_article(published=True, title="A tram")

    def found_with(**dates):
        moderation.schedule(article, by=by, version=Article.objects.get(pk=article.pk).version, **dates)
        return titles("tram") == ["A tram"]

    assert not found_with(publish_at=now + hour)
    assert found_with(publish_at=now - hour)
    assert found_with(expires_at=now + hour)
    assert not found_with(expires_at=now - timedelta(minutes=1))
    assert found_with(expires_at=None)
    assert_in_step(1)


def test_the_index_follows_the_forms_of_the_admin(client, make_user):
    client.force_login(make_user("superuser"))
    topic, provider = make_topic("Energy"), make_provider(domain="post.example", name="The Evening")
    article = make_article(published=True, title="A tram", topics=[topic], provider=provider)

    def send(path, **changed):
        sent = fields_of(client.get(path), path.split("/")[3] + "_form") | changed
        assert client.post(path, sent).status_code == 302, path

    send(f"/admin/articles/article/{article.pk}/change/", title="A train", excerpt="Across the bridge")
    assert (titles("tram"), titles("train bridge")) == ([], ["A train"])
    send(f"/admin/articles/topic/{topic.pk}/change/", name="Electricity")
    assert (titles("topic:energy"), titles("topic:electricity")) == ([], ["A train"])
    send(f"/admin/providers/provider/{provider.pk}/change/", name="The Times")
    assert (titles("provider:evening"), titles("provider:times")) == ([], ["A train"])
    assert_in_step(1)


def test_the_index_follows_what_is_moved_renamed_and_deleted(db):
    topic, provider = make_topic("Energy"), make_provider(domain="post.example", name="The Post")
    rows = [make_article(published=True, title=f"Tram {n}", topics=[topic], provider=provider) for n in range(3)]
    make_article(title="Tram hidden", topics=[topic], provider=provider)

    topic.name, topic.slug = "Electricity", "electricity"
    topic.save()
    assert (titles("topic:energy"), len(titles("topic:electricity"))) == ([], 3)
    assert_in_step(3)

    Provider.objects.filter(pk=provider.pk).update(name="The Times", domain="times.example")
    assert (titles("post"), len(titles("provider:times.example"))) == ([], 3)
    assert_in_step(3)

    Article.objects.filter(pk=rows[0].pk).update(published_at=datetime(2001, 1, 1, tzinfo=UTC), type="video")
    assert titles("before:2001-01-02 type:video") == ["Tram 0"]
    assert_in_step(3)

    ArticleTopic.objects.filter(article=rows[1]).update(topic=make_topic("Rails"))
    assert (titles("topic:rails"), len(titles("topic:electricity"))) == (["Tram 1"], 2)
    assert_in_step(3)

    ArticleTopic.objects.filter(article=rows[2]).delete()
    assert titles("topic:electricity") == ["Tram 0"]
    assert_in_step(3)

    Article.objects.filter(pk__in=[rows[0].pk, rows[1].pk]).delete()
    assert titles("tram") == ["Tram 2"]
    assert_in_step(1)


def test_a_rollback_takes_the_words_with_it(db):
    with transaction.atomic():
        make_article(published=True, title="A tram")
        transaction.set_rollback(True)

    assert (titles("tram"), index_now()) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_emptying_all_tables_empties_the_index():
    make_article(published=True, title="A tram", topics=[make_topic("Energy")])

    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)

    assert index_now() == []


@pytest.mark.only_on("sqlite")
@pytest.mark.django_db(transaction=True)
def test_a_backup_can_be_searched_and_the_index_is_sound(tmp_path):
    make_article(published=True, title="A tram", topics=[make_topic("Energy")])

    with connection.cursor() as cursor:
        # With 1 it compares the index with the texts, too.
        cursor.execute("INSERT INTO articles_search (articles_search, rank) VALUES ('integrity-check', 1)")
        cursor.execute("VACUUM")
        cursor.execute("VACUUM INTO %s", [str(tmp_path / "copy.sqlite3")])

    copy = sqlite3.connect(tmp_path / "copy.sqlite3")
    found = copy.execute(
        "SELECT count(*) FROM articles_search WHERE articles_search MATCH 'tram AND energy'"
    ).fetchone()
    copy.close()
    assert (found, titles("tram")) == ((1,), ["A tram"])
