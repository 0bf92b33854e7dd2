"""Collections: articles that lead to other articles of ours, and to no original."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from articles import moderation
from articles.documents.items import item_paths
from articles.exporting.content import content_hash
from articles.importing.runs.run import import_documents
from articles.models import Article, Reason, Verdict
from articles.moderation.refusals import Impossible
from articles.public.article_page import any_article_page
from tests.admin.article_form.page import address, fields_of
from tests.admin.table_import.tables import send, table, verdicts
from tests.admin.test_table_export import csv_rows
from tests.desk.article.page import page_of, untouched

pytestmark = pytest.mark.django_db

COLLECTION = """---
title: "A path to learn trams"
type: collection
heat: 50
provider:
  name: Trams
  domain: trams.example
items:
  - courses/second
  - courses/first
  - courses/waiting
  - courses/never was
---
"""
COURSE = '---\ntitle: "{0} course"\nwebUrl: https://trams.example/{0}\ntype: course\n---\n'


@pytest.fixture
def folder(tmp_path):
    for name in ("first", "second", "waiting"):
        file = tmp_path / "_learning" / "courses" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(COURSE.format(name))
    (tmp_path / "_learning" / "collections").mkdir()
    (tmp_path / "_learning" / "collections" / "trams.md").write_text(COLLECTION)
    return tmp_path


@pytest.fixture
def collection(folder, editor):
    import_documents([folder])
    for article in Article.objects.exclude(path__endswith="waiting.md"):
        moderation.publish(article, by=editor, version=1)
    return Article.objects.get(type="collection")


def test_the_page_shows_the_items_that_readers_may_see_instead_of_an_original(client, collection):
    page = client.get(collection.get_absolute_url())

    assert [item.title for item in page.context["article"].items] == ["second course", "first course"]
    text = page.content.decode()
    assert ('href="/articles/second-course/"' in text, 'class="onward"' in text, 'href=""' in text) == (
        True, False, False,
    )  # fmt: skip
    data = json.loads(text.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    assert data["hasPart"] == [f"http://testserver/articles/{name}-course/" for name in ("second", "first")]
    assert "isBasedOn" not in data


def test_the_page_costs_one_query_more_whatever_the_collection_holds(collection, django_assert_num_queries):
    with django_assert_num_queries(6):
        page = any_article_page(collection.pk)

    assert len(page.items) == 2


def test_no_surface_shows_or_opens_what_it_is_known_by(client, collection, make_user, committed):
    client.force_login(make_user("superuser"))
    pk = collection.pk
    addresses = [
        "/", "/latest/", collection.get_absolute_url(), "/providers/trams.example/", "/search/?q=path",
        "/latest/feed.rss", "/latest/feed.atom", "/latest/feed.json", "/sitemap-articles-0.xml",
        "/api/learning/index.json", "/api/learning/collections/trams/index.json",
        f"/desk/queue/?state=all&item={pk}", reverse("desk_article", args=[pk]), reverse("desk_log"),
        reverse("desk_article_preview", args=[pk]), reverse("desk_article_history", args=[pk]),
        reverse("desk_article_search") + "?q=path", reverse("admin:articles_article_changelist"),
        reverse("admin:articles_article_change", args=[pk]),
    ]  # fmt: skip
    for path in addresses:
        page = client.get(path)
        assert (path, page.status_code) == (path, 200)
        text = b"".join(page).decode()
        assert (path, "document:" in text, 'href=""' in text) == (path, False, False)
    assert "document:" not in str(csv_rows(client))

    moderation.delete(collection, by=make_user("Editors", username="other"), version=collection.version)
    tombstones = reverse("admin:articles_tombstone_changelist")
    assert b"document:" not in client.get(tombstones).content
    assert b"document:" not in client.get(f"{tombstones}1/change/", follow=True).content


def test_feeds_of_it_are_whole(client, collection):
    feed = client.get("/latest/feed.json").json()
    atom = client.get("/latest/feed.atom").content.decode()

    (entry,) = [item for item in feed["items"] if item["title"] == collection.title]
    assert "external_url" not in entry
    assert entry["content_html"] == "<p>From Trams</p>"
    assert (atom.count("<entry>"), atom.count('rel="via"')) == (3, 2)


def test_people_decide_on_it_and_edit_it_as_on_any_other(collection, editor):
    moderation.edit(collection, by=editor, version=collection.version, title="A better path")
    moderation.score(collection, by=editor, version=collection.version, heat=70)
    moderation.withdraw(collection, by=editor, version=collection.version, why=moderation.Why(Reason.objects.first()))

    assert (collection.title, collection.heat, collection.state) == ("A better path", 70, "withdrawn")
    assert collection.canonical_url == "document:_learning/collections/trams.md"


def test_it_may_get_a_link_and_lose_it_and_others_need_theirs(collection, editor):
    moderation.edit(collection, by=editor, version=collection.version, web_url="https://trams.example/path")
    assert collection.canonical_url == "https://trams.example/path"
    moderation.edit(collection, by=editor, version=collection.version, web_url="")
    assert collection.canonical_url == "document:_learning/collections/trams.md"

    course = Article.objects.get(path="_learning/courses/first.md")
    with pytest.raises(Impossible, match="needs a web URL"):
        moderation.edit(course, by=editor, version=course.version, web_url="")


def test_the_next_import_and_the_export_know_it_again(folder, collection, tmp_path):
    before = content_hash()

    report = import_documents([folder])
    call_command("export_articles", tmp_path / "out", stdout=StringIO())

    assert dict(report.counts) == {Verdict.UNCHANGED: 4}
    assert content_hash() == before
    # As it came, but for what a person decided.
    published = COLLECTION.replace("heat: 50\n", "heat: 50\npublished: true\n")
    assert (tmp_path / "out" / collection.path).read_text() == published


def test_a_table_takes_it_without_a_link(client, make_user, collection):
    client.force_login(make_user("superuser"))
    (row,) = [row for row in csv_rows(client) if row["type"] == "collection"]

    page = send(client, table({**row, "title": "By a table"}))

    assert [verdict for verdict, _ in verdicts(page)] == ["updated"]


@pytest.mark.parametrize("items", ["[]", "a", "3", "[1, 2]", "{a: b}", "null", "['']"])
def test_without_items_it_needs_a_link(tmp_path, items):
    (tmp_path / "_news").mkdir()
    (tmp_path / "_news" / "a.md").write_text(f"---\ntitle: T\nprovider: trams.example\nitems: {items}\n---\n")

    report = import_documents([tmp_path])

    assert dict(report.counts) == {Verdict.REJECTED: 1}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("_learning/collections/a.md", "_learning/courses/x.md"),
        ("site/_learning/collections/a.md", "site/_learning/courses/x.md"),
        ("collections/a.txt", "courses/x.txt"),
        ("a", "courses/x.md"),
        (None, "courses/x.md"),
    ],
)
def test_items_lie_below_the_folder_of_the_category(path, found):
    assert item_paths(path, {"items": ["courses/x", "courses/x", 3, ""]}) == [found]


def test_the_forms_of_desk_and_admin_save_it_without_a_link(client, editor, collection):
    client.force_login(editor)
    text = untouched(client, collection) | {"title": "By the desk"}
    assert client.post(page_of(collection), text).status_code == 302
    sent = fields_of(client.get(address(collection))) | {"excerpt": "By the admin"}

    assert client.post(address(collection), sent).status_code == 302

    collection.refresh_from_db()
    assert (collection.title, collection.excerpt) == ("By the desk", "By the admin")
    assert collection.canonical_url == "document:_learning/collections/trams.md"


def test_it_is_offered_to_nobody_as_a_related_link(client, editor, collection):
    client.force_login(editor)
    course = Article.objects.get(path="_learning/courses/first.md")

    found = client.get(reverse("desk_article_search"), {"q": "learn trams", "article": course.pk}).text

    assert collection.title in found
    assert 'name="add"' not in found
