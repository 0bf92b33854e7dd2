"""PUT /api/documents/<path>: the same engine, checks and verdicts as for a file."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from articles import moderation
from articles.documents.stored import document_in
from articles.importing.runs.run import import_documents
from articles.models import Arrival, Article, Event, ImportFile, ImportRun
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db
KINDS = {
    "a document": document(),
    "with CRLF": document(title="'x'").replace("\n", "\r\n"),
    "with a BOM": "\ufeff" + document(),
    "with a warning": document(quality='"85"'),
    "that publishes": document(published="true"),
    "without a title": document(title=None),
    "that is no front matter": "only text",
    "that never closes": "---\ntitle: x\n",
    "with an alias": "---\na: &x 1\nb: *x\n---\n",
    "that is not UTF-8": b"---\ntitle: \xff\n---\n",
    "that is blank": b" \n",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_verdict_is_that_of_a_file(kind, put, tmp_path):
    raw = KINDS[kind]
    told = []
    import_documents(
        [write(tmp_path / "as-file", {"_news/a.md": raw}) / "_news"],
        dry_run=True,
        on_item=lambda item: told.append((item.verdict, [message.as_json() for message in item.messages])),
    )

    answer = put("_news/a.md", raw)

    body = answer.json()
    messages = body["messages"] if answer.status_code < 300 else body["errors"]
    as_file = [(v, [{k: x for k, x in m.items() if x not in ("", None)} for m in ms]) for v, ms in told]
    assert [(body["verdict"], [{"known": False} | m for m in messages])] == [
        (v, [{"known": False} | m for m in ms]) for v, ms in as_file
    ]
    assert answer.status_code == (422 if body["verdict"] == "rejected" else 201)


def test_the_article_keeps_the_bytes(put):
    raw = document(body="Text,  as it came.\r\n").encode()

    put("_news/a.md", raw)

    assert bytes(document_in(Article.objects.get().source)) == raw


def test_the_same_bytes_again_change_nothing_and_make_no_run(put):
    put("a.md", document())
    before = ImportRun.objects.count()

    answer = put("a.md", document())

    assert (answer.status_code, answer.json()["verdict"], answer.json()["run"]) == (200, "unchanged", None)
    assert (ImportRun.objects.count(), Article.objects.get().version) == (before, 1)


def test_a_later_document_is_merged_with_what_people_decided(put, make_user):
    put("a.md", document(heat="3", quality="50"))
    moderation.score(Article.objects.get(), by=make_user("Editors"), version=1, heat=9)

    answer = put("a.md", document(heat="3", quality="70"))

    article = Article.objects.get()
    assert (answer.json()["verdict"], answer.json()["changes"]) == ("updated", ["quality"])
    assert (article.heat, article.quality) == (9, 70)


def test_a_run_names_the_feed_the_channel_and_the_client(put, feed):
    answer = put("a.md", document())

    run = ImportRun.objects.get(pk=answer.json()["run"])
    assert (run.feed, run.channel, run.status, run.by) == (feed, "push", "done", None)
    assert "a client" in run.source_title
    assert ImportFile.objects.get(run=run).path == "a.md"
    assert Arrival.objects.filter(feed=feed).count() == 1


def test_a_dry_run_says_what_would_happen_and_changes_nothing(put):
    answer = put("a.md", document(), **{"Dry-Run": "true"})

    assert (answer.status_code, answer.json()["verdict"], answer.json()["dry_run"]) == (200, "created", True)
    assert (answer.json()["article"], answer.json()["run"]) == (None, None)
    assert not Article.objects.exists()
    assert not ImportRun.objects.exists()
    assert not Arrival.objects.exists()
    assert not Event.objects.exists()


def test_a_dry_run_of_a_bad_document_names_line_and_field(put):
    answer = put("a.md", document(publishedDateTime="never", title=None), **{"Dry-Run": "true"})

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:newsroom:problem:rejected"
    assert problem["errors"][0]["field"] == "title"


def test_a_dry_run_is_not_guessed(put):
    answer = put("a.md", document(), **{"Dry-Run": "yes"})

    assert answer.status_code == 400
    assert not Article.objects.exists()


BAD_PATHS = (
    "a.pdf", "a", ".hidden.md", "x/.hidden.md", ".x/a.md", "../a.md", "x/../a.md", "x//a.md", "./a.md", "a.md/",
    "x%5Ca.md", "a%0A.md", "a%01.md", f"{'x/' * 21}a.md", f"{'x' * 600}.md",
)  # fmt: skip


@pytest.mark.parametrize("path", BAD_PATHS)
def test_a_path_that_no_file_could_have_is_refused(path, put):
    answer = put(path, document())

    assert answer.status_code == 422, answer.content
    assert answer.json()["type"] == "urn:newsroom:problem:bad-path"
    assert not Article.objects.exists()


def test_a_prefix_of_the_feed_stands_before_the_path(put, feed):
    feed.prefix = "partner"
    feed.save()

    put("_news/a.md", document())

    assert Article.objects.get().path == "partner/_news/a.md"


def test_a_document_that_is_too_large_is_refused(put):
    answer = put("a.md", b"x" * 1_048_577)

    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:newsroom:problem:too-large"


def test_a_feed_that_is_off_takes_nothing(put, feed):
    feed.is_on = False
    feed.save()

    assert put("a.md", document()).status_code == 409


def test_a_feed_that_asks_for_a_preview_takes_archives_only(put, feed):
    feed.mode = "preview"
    feed.save()

    answer = put("a.md", document())

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:newsroom:problem:preview-first")


@pytest.mark.parametrize("method", ["get", "post", "delete", "patch", "options", "head"])
def test_other_methods_are_told_what_is_taken(method, token):
    client = Client(headers={"Authorization": f"Bearer {token('documents')}"})

    answer = getattr(client, method)("/api/documents/a.md")

    assert (answer.status_code, answer["Allow"]) == (405, "PUT")


@pytest.mark.django_db(transaction=True)
def test_many_clients_at_once_lose_nothing_and_do_nothing_twice(token):
    """Each of 8 clients puts 12 documents, the last of them the same ones as all others."""
    secret = token("documents")

    def push(client):
        verdicts = []
        for number in range(12):
            name = f"shared-{number}" if number >= 8 else f"own-{client}-{number}"
            raw = document(title=f'"{name}"', webUrl=f'"https://news.example/{name}"')
            answer = Client().put(
                f"/api/documents/{name}.md", raw.encode(), headers={"Authorization": f"Bearer {secret}"}
            )
            verdicts.append((answer.status_code, json.loads(answer.content)["verdict"]))
        connections.close_all()
        return verdicts

    with ThreadPoolExecutor(8) as clients:
        verdicts = [verdict for some in clients.map(push, range(8)) for verdict in some]

    assert sorted(Article.objects.values_list("path", flat=True)) == sorted(
        [f"own-{client}-{number}.md" for client in range(8) for number in range(8)]
        + [f"shared-{number}.md" for number in range(8, 12)]
    )
    assert verdicts.count((201, "created")) == 8 * 8 + 4
    assert verdicts.count((200, "unchanged")) == 8 * 4 - 4
    assert not ImportRun.objects.exclude(status="done").exists()
