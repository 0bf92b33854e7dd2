"""Every surface of an article compared with the one list of its fields.

What a person may say, a document, a table and the log are tried by doing: a field that a surface forgets is named.
"""

import csv
import io
import json

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse
from django.utils.text import capfirst

from articles import moderation
from articles.desk.article.forms import ScheduleForm, TextForm
from articles.desk.article.related import RelatedRows
from articles.documents import emit
from articles.documents.keys import KEYS_IN_ORDER, place_front
from articles.documents.parse import KNOWN_KEYS, record_of
from articles.documents.source import source_differences
from articles.exporting.content import row_content
from articles.exporting.write import document_of, topics_by_name
from articles.history.labels import label, logged_changes
from articles.history.since import ChangesSince
from articles.history.snapshot import SnapshotRows, logged_value, snapshot, value_of
from articles.importing.runs.run import import_documents
from articles.importing.saving.take_source_values import source_values
from articles.models import Article, Category, Channel, Event, ImportFile, LinkedPage, RelatedLink, Verb
from articles.models.fields import (
    ARTICLE_FIELDS,
    DOCUMENT_FIELDS,
    DOCUMENT_LINK_FIELDS,
    FORM_VERBS,
    LINK_FIELDS,
    LOGGED,
    SOURCE_FIELDS,
    Column,
    Kind,
    fields_of,
)
from articles.models.keys import KeyField
from articles.moderation.restore import earlier_value
from articles.spreadsheets.articles import ARTICLE_COLUMNS, ARTICLE_COLUMNS_READ_ONLY
from articles.spreadsheets.resources import ArticleResource
from articles.syndication.upstream.addresses import Addresses
from articles.syndication.upstream.values import FROM_DOCUMENT, KEYS, entry_of, whole_json
from tests.models.field_values import SECURED, front_value, typed_value, written

# What the database, the import and the claims need: no surface shows, compares or changes these as fields.
MACHINERY = {
    *("id", "canonical_url", "rank", "priority", "queue", "claimed_by", "claimed_until"),
    *("source", "source_digest", "created_at", "changed_at", "changed_for_readers_at", "twin_key", "run"),
    "document_publishes",
}
# The same of a related link and of its page.
LINK_MACHINERY = {"id", "article", "page", "digest", "canonical_url", "target", "relevance", "shared"}
MERGED = [field for field in DOCUMENT_FIELDS if field.name in SOURCE_FIELDS]


def columns(model) -> set[str]:
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return {field.name for field in fields if not isinstance(field, KeyField)}


@pytest.fixture
def article(tmp_path) -> Article:
    """An article whose document says something of every field."""
    import_documents([written(tmp_path, 1)])
    assert list(ImportFile.objects.values_list("messages", flat=True)) == [[]]
    return Article.objects.get()


@pytest.fixture
def edited(article, editor) -> Article:
    """The article, and a person has changed every field that an import merges."""
    values = {field.name: typed_value(article, field) for field in MERGED}
    moderation.apply(article, by=editor, version=1, at=moderation.Context(Channel.DESK), **values)
    return Article.objects.get()


# The model


def test_every_column_is_a_field_of_the_list_or_machinery():
    assert columns(Article) - MACHINERY == {field.name for field in ARTICLE_FIELDS} - {"related"}
    assert (columns(RelatedLink) | columns(LinkedPage)) - LINK_MACHINERY == {field.name for field in LINK_FIELDS}


def test_no_field_stands_twice():
    for fields in (ARTICLE_FIELDS, LINK_FIELDS):
        for values in ([f.name for f in fields], [f.key for f in fields if f.key], [f.json for f in fields if f.json]):
            assert len(values) == len(set(values))


# Documents in


@pytest.mark.django_db
def test_a_document_fills_every_field_that_has_a_key(article):
    found = {f.name: logged_value(value_of(article, f.name)) for f in DOCUMENT_FIELDS if f.is_plain}
    said = {f.name: logged_value(front_value(f, 1)) for f in DOCUMENT_FIELDS if f.is_plain}

    assert found == said
    assert article.provider.domain == "publisher1.example"
    assert [topic.name for topic in article.ordered_topics] == ["Subject 1"]
    (images,) = (front_value(field, 1) for field in DOCUMENT_FIELDS if field.kind is Kind.IMAGES)
    assert [place_front(place) for place in article.image_links.all()] == images
    assert [link.title for link in article.related.all()] == ["Link 1"]
    assert (article.secured, article.extra) == (SECURED, {})


def test_the_keys_of_documents_are_those_of_the_list():
    keys = {field.key for field in DOCUMENT_FIELDS if field.key}

    assert (KNOWN_KEYS, set(KEYS_IN_ORDER), len(KEYS_IN_ORDER)) == (keys, keys, len(keys))


@pytest.mark.django_db
def test_a_changed_document_changes_every_field(article, tmp_path):
    import_documents([written(tmp_path, 2)])

    again = Article.objects.get()
    assert not again.conflicts
    assert set(Event.objects.get().after) - {"first_published_at"} == set(SOURCE_FIELDS)
    assert source_differences(again) == {}


@pytest.mark.django_db
def test_a_document_and_a_person_disagree_on_every_field(edited, tmp_path):
    import_documents([written(tmp_path, 2)])

    # What a person adds to the related links stands beside what the document adds.
    assert set(Article.objects.get().conflicts) == set(SOURCE_FIELDS) - {"related"}


# The source


@pytest.mark.django_db
def test_the_source_differs_in_every_field_that_a_person_changed(edited):
    assert set(source_differences(edited)) == set(SOURCE_FIELDS)


@pytest.mark.django_db
def test_a_person_can_take_every_field_from_the_source(edited, editor):
    values = source_values(edited, SOURCE_FIELDS)

    moderation.apply(edited, by=editor, version=edited.version, at=moderation.Context(), **values)

    # The editor's own link is no longer there; the document's is.
    assert source_differences(Article.objects.get()) == {}


# The log


@pytest.mark.django_db
def test_the_log_keeps_every_field_and_reads_it_back(edited):
    logged = snapshot(edited, LOGGED)

    assert list(logged) == [field.name for field in ARTICLE_FIELDS if field.logged]
    rows = SnapshotRows([json.loads(json.dumps(logged))])
    for name, value in logged.items():
        if name != "related":
            assert logged_value(rows.value(name, value)) == value
    assert set(logged["related"][0]) == {field.name for field in LINK_FIELDS if field.logged}


@pytest.mark.django_db
def test_the_log_names_every_field_by_its_label(edited):
    labels = {field.name: field.label for field in ARTICLE_FIELDS}

    changes = [change.label for event in Event.objects.all() for change in logged_changes(event)]

    assert set(changes) == {labels[name] for name in SOURCE_FIELDS}
    assert {name: label(name) for name in labels} == labels


@pytest.mark.django_db
def test_every_field_of_a_form_can_be_restored(edited):
    for event in Event.objects.filter(by__isnull=False):
        for name in event.before:
            earlier_value(edited, event, name)


# Documents out


@pytest.mark.django_db
def test_an_export_says_every_field(edited, tmp_path):
    raw, untouched = document_of(edited, topics_by_name([edited]))
    (tmp_path / "a.md").write_bytes(raw)
    edited.source = b""
    fresh, _ = document_of(edited, topics_by_name([edited]))

    assert not untouched
    assert set(row_content(edited)) == {field.name for field in DOCUMENT_FIELDS}
    for text in (raw.decode(), fresh.decode()):
        assert [field.key for field in DOCUMENT_FIELDS if f"\n{field.key}:" not in text and field.key] == []
    import_documents([tmp_path])
    assert source_differences(Article.objects.get()) == {}
    assert record_of(Article.objects.get()) is not None


# Tables


def test_tables_have_the_columns_of_the_list():
    exported = [field.name for field in ARTICLE_FIELDS if field.column is not Column.NONE]
    taken = {field.name for field in ARTICLE_FIELDS if field.column is Column.TAKEN}

    assert [name for name in ArticleResource.fields if name != "provider_name"] == exported
    assert set(ARTICLE_COLUMNS) == taken | {"provider_name"}
    assert set(ARTICLE_COLUMNS_READ_ONLY) == set(exported) - taken
    # What is taken is taken as a document would say it.
    assert taken - {field.name for field in DOCUMENT_FIELDS} == {"path", "version"}


@pytest.mark.django_db
def test_a_table_says_every_field(client, edited, make_user):
    client.force_login(make_user("Editors", username="tables"))
    chosen = {f"articleresource_{name}": "on" for name in ArticleResource.fields}

    answer = client.post(reverse("admin:articles_article_export"), {"format": 0, "resource": 0} | chosen)

    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    wanted = {f.name for f in MERGED if f.column is not Column.NONE}
    assert [name for name in wanted if not row[name]] == []


# The upstream JSON


@pytest.mark.django_db
def test_the_upstream_json_has_the_keys_of_the_list(edited):
    by_category = {}
    for category in Category:
        edited.category = category
        by_category[category] = whole_json(entry_of(edited), Addresses("https://here.example"))

    found = by_category.pop(Category.NEWS)
    known = {field.json for field in ARTICLE_FIELDS if field.json}
    of_others = {key for values in by_category.values() for key in values} - {*KEYS[Category.NEWS]}
    assert set(found) == known | {*FROM_DOCUMENT, "locale"} - of_others
    assert [field.name for field in ARTICLE_FIELDS if field.json and not found[field.json]] == []


# Forms


@pytest.mark.django_db
def test_the_desks_forms_have_the_fields_of_their_verbs(article):
    text, schedule = TextForm(ChangesSince(article)), ScheduleForm(ChangesSince(article))

    fields = {name: field.label for form in (text, schedule) for name, field in form.fields.items()}
    labels = {field.name: capfirst(field.label) for field in ARTICLE_FIELDS}
    wanted = set(fields_of(Verb.EDIT, Verb.SCHEDULE)) - {"images"}
    assert {name: text for name, text in fields.items() if name != "version"} == {name: labels[name] for name in wanted}
    # Lists have rows of their own; the flag of the related links stands beside theirs.
    assert set(RelatedRows.names) == set(fields_of(Verb.CURATE))


@pytest.mark.django_db
def test_the_admins_form_has_the_fields_of_its_verbs(article, editor):
    request = RequestFactory().get("/")
    request.user = editor
    model_admin = admin.site.get_model_admin(Article)
    form = model_admin.get_form(request, article, change=True)(instance=article)

    fields = {name: form.fields[name].label for name in form.fields_of_the_article}
    inlines = {"topics", "images"}
    # Related links are curated at the desk.
    wanted = set(fields_of(*FORM_VERBS, Verb.PUBLISH)) - inlines - set(fields_of(Verb.CURATE))
    labels = {field.name: capfirst(field.label) for field in ARTICLE_FIELDS}
    assert fields == {name: labels[name] for name in wanted}
    assert len(model_admin.get_inlines(request, article)) == len(inlines)


# Related links


@pytest.mark.django_db
def test_a_document_fills_every_field_of_a_related_link(tmp_path):
    front = {f.key: front_value(f, 1) for f in ARTICLE_FIELDS if f.key and f.required}
    front["webUrl"] = "https://news.example/a"
    front["related"] = [{f.key: front_value(f, 2) for f in DOCUMENT_LINK_FIELDS}]
    (tmp_path / "a.md").write_text("\n".join(["---", *emit.mapping(front, 0), "---", ""]), encoding="utf-8")

    import_documents([tmp_path])

    link = RelatedLink.objects.get()
    plain = [field for field in DOCUMENT_LINK_FIELDS if field.is_plain]
    assert {f.name: getattr(link, f.name) for f in plain} == {f.name: front_value(f, 2) for f in plain}
    assert (link.provider.domain, len(link.images)) == ("publisher2.example", 2)
    assert set(row_content(Article.objects.get())["related"][0]) == {field.name for field in DOCUMENT_LINK_FIELDS}
