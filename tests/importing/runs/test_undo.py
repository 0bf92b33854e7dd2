from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.importing.runs.undo import NotUndoable, undo_run
from articles.models import Article, Event, ImportRun, Reason, Tombstone
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db


def imported(folder) -> ImportRun:
    return ImportRun.objects.get(pk=import_documents([folder]).run)


def undone(run: ImportRun, **options) -> dict[str, str]:
    verdicts: dict[str, str] = {}
    undo_run(run, on_item=lambda item: verdicts.__setitem__(item.path, item.verdict.value), **options)
    return verdicts


def content() -> list[dict]:
    """All that the articles say, without when they were written."""
    hidden = {"version", "changed_at", "changed_for_readers_at", "first_published_at", "run_id"}
    return [
        {name: value for name, value in row.items() if name not in hidden}
        | {
            "topics": [str(topic) for topic in article.ordered_topics],
            "images": [str(image) for image in article.ordered_images],
            "related": list(article.related.values("page__digest", "position", "hidden")),
        }
        for article in Article.objects.order_by("path")
        for row in Article.objects.filter(pk=article.pk).values()
    ]


def test_what_a_run_created_goes_and_may_come_again(tmp_path):
    write(tmp_path, {"a.md": document(), "b.md": document()})
    run = imported(tmp_path)

    assert undone(run) == {"a.md": "removed", "b.md": "removed"}

    assert (Article.objects.count(), Tombstone.objects.count()) == (0, 0)
    assert imported(tmp_path).counts == {"created": 1, "duplicate": 1}


def test_what_a_run_updated_is_as_it_was(tmp_path):
    related = "[{webUrl: 'https://r.example/1', provider: {domain: r.example}}, {webUrl: 'https://r.example/2'}]"
    write(tmp_path, {"a.md": document(heat="10", topics="[A, B]", related=related, more="1", published="true")})
    imported(tmp_path)
    before = content()
    changed = document(
        title="New",
        heat="20",
        topics="[C]",
        related="[{webUrl: 'https://r.example/2', title: X}]",
        images="[{url: 'https://p.example/1.jpg'}]",
        provider="{domain: other.example}",
        secured='"x"',
    )
    write(tmp_path, {"a.md": changed})
    run = imported(tmp_path)
    assert content() != before

    assert undone(run) == {"a.md": "updated"}

    assert content() == before


def test_a_conflict_goes_with_the_run_that_made_it(tmp_path, editor):
    write(tmp_path, {"a.md": document(heat="10")})
    imported(tmp_path)
    moderation.score(Article.objects.get(), by=editor, version=1, heat=99)
    write(tmp_path, {"a.md": document(heat="30", title="New")})
    run = imported(tmp_path)
    assert Article.objects.get().conflicts == ["heat"]

    undone(run)

    article = Article.objects.get()
    assert (article.title, article.heat, article.conflicts) == ("A title", 99, [])


def test_a_value_that_a_person_gave_before_the_document_did_stays(tmp_path, editor):
    write(tmp_path, {"a.md": document(heat="3", excerpt="Old", topics="[A]")})
    imported(tmp_path)
    moderation.score(Article.objects.get(), by=editor, version=1, heat=5)
    moderation.edit(Article.objects.get(), by=editor, version=2, excerpt="Mine", topics=[])
    write(tmp_path, {"a.md": document(heat="5", excerpt="Mine", topics="[]", title="New")})
    run = imported(tmp_path)

    undone(run)

    article = Article.objects.get()
    assert (article.title, article.heat, article.excerpt, article.topics.count()) == ("A title", 5, "Mine", 0)


def test_what_a_person_touched_since_is_left_alone_and_listed(tmp_path, moderator):
    write(tmp_path, {"a.md": document(), "b.md": document(webUrl="https://news.example/b")})
    run = imported(tmp_path)
    article = Article.objects.get(path="a.md")
    moderation.reject(article, by=moderator, version=1, why=moderation.Why(Reason.objects.first()))

    assert undone(run) == {"a.md": "kept", "b.md": "removed"}

    assert Article.objects.get() == article
    listed = ImportRun.objects.get(undoes=run).files.get(path="a.md")
    assert listed.messages[0]["text"] == "touched by moderators since (reject): left alone"


def test_what_a_later_run_changed_is_left_alone(tmp_path):
    write(tmp_path, {"a.md": document()})
    first = imported(tmp_path)
    write(tmp_path, {"a.md": document(title="New")})
    imported(tmp_path)

    assert undone(first) == {"a.md": "kept"}

    assert Article.objects.get().title == "New"


def test_what_a_later_run_changed_comes_back_step_by_step(tmp_path):
    runs = []
    for heat in ("1", "2", "3"):
        write(tmp_path, {"a.md": document(heat=heat)})
        runs.append(imported(tmp_path))

    assert [undone(runs[2]), Article.objects.get().heat] == [{"a.md": "updated"}, 2]
    assert [undone(runs[1]), Article.objects.get().heat] == [{"a.md": "updated"}, 1]
    assert undone(runs[0]) == {"a.md": "removed"}


def test_a_renamed_file_gets_its_path_back(tmp_path):
    write(tmp_path, {"a.md": document()})
    imported(tmp_path)
    (tmp_path / "a.md").rename(tmp_path / "b.md")
    run = imported(tmp_path)

    undone(run)

    assert Article.objects.get().path == "a.md"


def test_a_renamed_file_keeps_its_path_where_the_old_one_is_taken(tmp_path):
    write(tmp_path, {"a.md": document()})
    imported(tmp_path)
    (tmp_path / "a.md").rename(tmp_path / "b.md")
    run = imported(tmp_path)
    write(tmp_path, {"a.md": document(webUrl="https://news.example/other")})
    imported(tmp_path)

    assert undone(run) == {"b.md": "unchanged"}

    urls = dict(Article.objects.values_list("path", "web_url"))
    assert urls == {"b.md": "https://news.example/a", "a.md": "https://news.example/other"}


def test_a_preview_of_undoing_changes_nothing(tmp_path):
    write(tmp_path, {"a.md": document()})
    run = imported(tmp_path)

    assert undone(run, dry_run=True) == {"a.md": "removed"}

    assert Article.objects.count() == 1
    assert not ImportRun.objects.filter(undoes=run).exists()


def test_a_run_is_undone_once(tmp_path):
    write(tmp_path, {"a.md": document()})
    run = imported(tmp_path)
    undone(run)

    with pytest.raises(NotUndoable, match="was undone by run"):
        undo_run(ImportRun.objects.get(pk=run.pk))
    with pytest.raises(NotUndoable, match="undid another one"):
        undo_run(ImportRun.objects.get(undoes=run))


def test_the_log_tells_of_what_went(tmp_path, importer):
    write(tmp_path, {"a.md": document()})
    run = imported(tmp_path)

    undone(run, by=importer)

    event = Event.objects.get()
    assert (event.verb, event.by, event.channel, event.run.undoes) == ("delete", importer, "import", run)


def test_the_command_undoes_and_names_what_it_cannot(tmp_path, capsys):
    write(tmp_path, {"a.md": document()})
    run = imported(tmp_path)

    call_command("undo_import", str(run.pk))

    assert "removed   a.md" in capsys.readouterr().out
    with pytest.raises(CommandError, match="There is no run 0"):
        call_command("undo_import", "0")


def test_an_undoing_that_was_interrupted_can_be_gone_on_with(tmp_path):
    write(tmp_path, {"a.md": document()})
    run = imported(tmp_path)

    def interrupt(*progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo_run(run, on_batch=interrupt)
    half = ImportRun.objects.get(status="interrupted")
    with pytest.raises(NotUndoable, match="undid another one"):
        undo_run(half)

    assert undone(ImportRun.objects.get(pk=run.pk)) == {"a.md": "kept"}
    assert (Article.objects.count(), ImportRun.objects.get(undoes=run).status) == (0, "done")


def test_a_clock_that_was_set_back_loses_no_decision(tmp_path, moderator, monkeypatch):
    write(tmp_path, {"a.md": document(published="false")})
    run = imported(tmp_path)
    article = Article.objects.get()
    before = run.started_at - timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: before)
    moderation.publish(article, by=moderator, version=1)
    monkeypatch.undo()

    assert undone(run) == {"a.md": "kept"}

    assert Article.objects.get().state == "published"
