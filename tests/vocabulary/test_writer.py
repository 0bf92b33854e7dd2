"""Versions, the log and the undo of topics, providers, pictures and reasons."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Channel, Image, KeptEvent, Reason, Topic, TopicImage, TopicOldSlug
from articles.moderation.refusals import Impossible, VersionMissing
from articles.vocabulary.writer import Kind, StaleRow, Verb, change, create, delete, logged, undo
from providers.models import Provider, ProviderImage
from tests.factories import make_article, make_image, make_provider, make_topic
from tests.vocabulary.dump import dump

pytestmark = pytest.mark.django_db


def make_reason() -> Reason:
    return Reason.objects.create(slug="tone", label="Tone", position=9)


# Of each kind a row, and a change of it.
CHANGES = {
    Kind.TOPIC: (make_topic, {"name": "Other", "keywords": ["a", "b"]}),
    Kind.PROVIDER: (make_provider, {"name": "Other", "other_names": ["One", "Two"]}),
    Kind.IMAGE: (make_image, {"title": "Other", "width": 7}),
    Kind.REASON: (make_reason, {"label": "Other", "active": False}),
}
every_kind = pytest.mark.parametrize("kind", CHANGES)


@every_kind
def test_a_change_raises_the_version_and_is_logged_with_both_values(kind, editor):
    make, new = CHANGES[kind]
    kept = make()
    before = logged(kept)

    event = change(kept, new, by=editor, version=1)

    assert (event.kind, event.row, event.by, event.verb, event.version) == (kind, kept.pk, editor, "change", 2)
    assert (event.before, event.after) == ({name: before[name] for name in new}, new)
    assert kept.version == type(kept).objects.get(pk=kept.pk).version == 2


@every_kind
def test_a_change_of_nothing_is_no_event(kind, editor):
    kept = CHANGES[kind][0]()
    name = next(iter(CHANGES[kind][1]))

    assert change(kept, {name: getattr(kept, name)}, by=editor, version=1) is None
    assert (kept.version, KeptEvent.objects.count()) == (1, 0)


@every_kind
def test_a_stale_change_is_refused_with_both_values(kind, editor):
    make, new = CHANGES[kind]
    kept, name = make(), next(iter(new))
    change(kept, {name: "Theirs"}, by=editor, version=1)

    with pytest.raises(StaleRow) as refused:
        change(kept, new, by=editor, version=1)

    assert refused.value.differences[name] == (new[name], "Theirs")
    assert getattr(type(kept).objects.get(pk=kept.pk), name) == "Theirs"
    with pytest.raises(VersionMissing):
        change(kept, new, by=editor, version=None)


@every_kind
def test_an_undo_restores_what_a_change_changed(kind, editor):
    make, new = CHANGES[kind]
    kept = make()
    before = dump()

    event = change(kept, new, by=editor, version=1)
    undone = undo(event, by=editor)

    assert dump() == before
    assert (undone.verb, undone.undoes, undone.version) == ("undo", event, 3)
    with pytest.raises(Impossible, match="undone already"):
        undo(event, by=editor)


@every_kind
def test_what_changed_since_is_not_undone(kind, editor):
    make, new = CHANGES[kind]
    kept, name = make(), next(iter(new))
    event = change(kept, new, by=editor, version=1)
    change(kept, {name: "Later"}, by=editor, version=2)

    with pytest.raises(Impossible, match="has been changed since"):
        undo(event, by=editor)


@every_kind
def test_a_deleted_row_comes_back_with_its_key_and_lists(kind, editor):
    kept = CHANGES[kind][0]()
    if kind == Kind.TOPIC:
        TopicImage.objects.create(topic=kept, image=make_image(), title="Said")
        TopicOldSlug.objects.create(topic=kept, slug="was")
    if kind == Kind.PROVIDER:
        ProviderImage.objects.create(provider=kept, image=make_image())
        Provider.objects.filter(pk=kept.pk).update(source={"name": "As the document says"})
    before = dump()
    pictures, slugs = logged(kept).get("images"), list(TopicOldSlug.objects.values_list("slug", flat=True))

    event = delete(kept, by=editor)
    assert not type(kept).objects.filter(pk=kept.pk).exists()
    undo(event, by=editor)

    again = type(kept).objects.get(pk=kept.pk)
    assert logged(again).get("images") == pictures
    assert list(TopicOldSlug.objects.values_list("slug", flat=True)) == slugs
    places = {"TopicImage", "ProviderImage", "TopicOldSlug", "Image"}
    assert {name: rows for name, rows in dump().items() if name not in places} == {
        name: rows for name, rows in before.items() if name not in places
    }


@every_kind
def test_an_added_row_is_deleted_by_an_undo_unless_it_is_used(kind, editor):
    kept = CHANGES[kind][0]()
    values = {name: getattr(kept, name) for name in logged(kept) if name != "images"}
    kept.delete()

    event = create(type(kept)(**values), by=editor)
    assert event.verb == "create"
    undo(event, by=editor)

    assert not type(kept).objects.filter(pk=event.row).exists()


def test_a_provider_that_is_used_by_now_stays(editor):
    event = create(Provider(domain="a.example", name="A"), by=editor)
    make_article(provider=Provider.objects.get(domain="a.example"))

    with pytest.raises(Impossible, match="is in use by now"):
        undo(event, by=editor)
    with pytest.raises(ProtectedError):
        delete(Provider.objects.get(domain="a.example"), by=editor)
    assert KeptEvent.objects.count() == 1


def test_a_deleted_topic_whose_name_is_taken_says_so(editor):
    event = delete(make_topic("AI", slug="ai"), by=editor)
    make_topic("AI", slug="ai-2")

    with pytest.raises(Impossible, match="name or address"):
        undo(event, by=editor)
    assert Topic.objects.count() == 1


def test_a_changed_slug_redirects_and_its_undo_too(editor):
    topic = make_topic("AI", slug="ai")

    event = change(topic, {"slug": "machines"}, by=editor, version=1)
    assert list(TopicOldSlug.objects.values_list("slug", "topic")) == [("ai", topic.pk)]
    undo(event, by=editor)

    assert list(TopicOldSlug.objects.values_list("slug", "topic")) == [("machines", topic.pk)]


def test_what_waits_follows_the_trust_and_its_undo(editor):
    provider = make_provider(trust=0)
    article = make_article(provider=provider)
    before = article.priority

    event = change(provider, {"trust": 1}, by=editor, version=1)
    article.refresh_from_db()
    assert article.priority > before
    undo(event, by=editor)

    article.refresh_from_db()
    assert article.priority == pytest.approx(before)


def test_pictures_are_logged_and_undone_in_their_order(editor):
    topic, one, other = make_topic(), make_image(), make_image()
    TopicImage.objects.create(topic=topic, image=one, position=0)
    said = {"url": other.url, "title": "Said"}

    event = change(topic, {"images": [said, one.url]}, by=editor, version=1)
    assert (event.before, event.after) == ({"images": [one.url]}, {"images": [said, one.url]})
    assert logged(topic)["images"] == [said, one.url]
    undo(event, by=editor)

    assert logged(topic)["images"] == [one.url]


def test_a_picture_with_another_url_is_fetched_again(editor):
    image = make_image(copy="0" * 32, copy_width=9, copy_height=9, fetch_at=None)

    change(image, {"url": "https://pictures.example/new.jpg"}, by=editor, version=1)

    image = Image.objects.get()
    assert (image.copy, image.fetch_at is None) == (None, False)


@pytest.mark.parametrize("write", ["update", "delete"])
def test_the_log_only_grows(editor, write):
    change(make_topic(), {"name": "Other"}, by=editor, version=1)
    table = KeptEvent._meta.db_table
    statement = {"update": f"UPDATE {table} SET title = 'x'", "delete": f"DELETE FROM {table}"}[write]  # noqa: S608

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# Imports

TOPIC = "---\ntaxonomy: topic\n_id: ai\nname: AI\nkeywords: [{}]\n---\n"


def test_an_import_raises_the_version_and_logs_its_run(tmp_path):
    file = tmp_path / "_data" / "topics" / "ai.md"
    file.parent.mkdir(parents=True)
    file.write_text(TOPIC.format("one"))
    first = import_documents([tmp_path]).run
    file.write_text(TOPIC.format("two"))

    second = import_documents([tmp_path]).run
    import_documents([tmp_path])

    events = KeptEvent.objects.order_by("pk").values_list("verb", "run", "by", "channel", "version")
    assert list(events) == [
        (Verb.CREATE, first, None, Channel.IMPORT, 1), (Verb.CHANGE, second, None, Channel.IMPORT, 2),
    ]  # fmt: skip
    assert KeptEvent.objects.get(run=second).after == {"keywords": ["two"]}
    assert Topic.objects.get().version == 2


def article_with(details: str) -> str:
    return (
        "---\ntitle: T\nwebUrl: https://a.example/1\ndate: 2020-05-01T10:00:00Z\n"
        f"provider: {{name: A, domain: a.example}}\nimages: [{{url: 'https://a.example/1.png'{details}}}]\n---\n"
    )


def test_an_import_that_completes_a_picture_logs_it_and_no_other(tmp_path):
    file = tmp_path / "_news" / "1.md"
    file.parent.mkdir()
    file.write_text(article_with(""))
    import_documents([tmp_path])
    assert KeptEvent.objects.count() == 0
    file.write_text(article_with(", width: 7, height: 5"))

    run = import_documents([tmp_path]).run

    event = KeptEvent.objects.get()
    assert (event.kind, event.run_id, event.version) == ("image", run, 2)
    assert (event.before, event.after) == ({"width": None, "height": None}, {"width": 7, "height": 5})
    assert Image.objects.get().version == 2


def test_what_a_person_changed_stays_after_an_import_of_the_same(tmp_path, editor):
    file = tmp_path / "_data" / "topics" / "ai.md"
    file.parent.mkdir(parents=True)
    file.write_text(TOPIC.format("one"))
    import_documents([tmp_path])
    change(Topic.objects.get(), {"keywords": ["ours"]}, by=editor, version=1)

    import_documents([tmp_path])

    assert (Topic.objects.get().keywords, Topic.objects.get().version) == (["ours"], 2)


def test_moderation_refuses_a_provider_that_stands_for_another(editor):
    other = make_provider(merged_into=make_provider(domain="a.example"))
    article = make_article()

    with pytest.raises(Impossible, match="only stands for another provider"):
        moderation.edit(article, provider=other, by=editor, version=1)
