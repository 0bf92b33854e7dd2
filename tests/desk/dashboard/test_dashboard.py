"""The page of the dashboard: what each role sees of it, and how little it asks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.desk.dashboard import numbers as dashboard
from articles.importing.runs.run import import_documents
from articles.models import ImportUpload
from tests.desk.dashboard.decisions import publish
from tests.factories import make_article, make_provider
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def rows(editor, importer, tmp_path):
    publish(make_article(title="A & B", provider=make_provider(name="<b>Rude</b>")), editor)
    make_article()
    import_documents([write(tmp_path / "run", {"a.md": document()})], by=importer)
    ImportUpload.objects.create(by=importer, title="mine.md")


SECTIONS = ("Waits for a decision", "You, today", "Decisions per day", "Top providers", "Your imports", "Last runs")


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("Importers", [False, False, False, False, True, True]),
        ("Moderators", [True, True, True, True, False, True]),
        ("Editors", [True, True, True, True, False, True]),
        ("superuser", [True, True, True, True, True, True]),
        ("", [False] * 6),
    ],
)
def test_what_a_role_may_not_see_is_not_on_its_page(client, make_user, rows, role, seen):
    client.force_login(make_user(role, username="someone"))

    # The second page is made of numbers from the cache.
    for _ in range(2):
        page = text_of(client.get("/desk/"))
        assert [section in page for section in SECTIONS] == seen


def test_the_page_is_kept_by_nobody(client, editor, rows):
    client.force_login(editor)

    for _ in range(2):
        assert client.get("/desk/")["Cache-Control"] == "private, no-store"


def test_each_chart_has_its_numbers_in_a_table(client, editor, rows):
    client.force_login(editor)

    page = text_of(client.get("/desk/"))

    assert page.count('role="img"') == page.count("<details>") == page.count("</title> <desc") == 4
    assert "&lt;b&gt;Rude&lt;/b&gt;" in page
    assert "<b>Rude</b>" not in page


def test_an_empty_desk_says_so(client, moderator):
    client.force_login(moderator)

    page = text_of(client.get("/desk/"))

    said = [
        "Nothing waits",
        "Nothing so far",
        "Nobody has decided anything in the last 30 days",
        "There are no articles yet",
    ]
    assert [sentence for sentence in said if sentence not in page] == []
    assert "<svg" not in page


@pytest.mark.parametrize("role", ["Moderators", "Editors", "superuser", "Importers"])
@pytest.mark.parametrize("number", [1, 50])
def test_the_page_asks_little_whatever_it_counts(client, make_user, role, number):
    user = make_user(role)
    boss = make_user("superuser", username="boss")
    for _ in range(number):
        publish(make_article(provider=make_provider()), boss)
        make_article(flag="x")
    client.force_login(user)

    with CaptureQueriesContext(
        connection,
    ) as first:
        client.get("/desk/")
    with CaptureQueriesContext(connection) as second:
        client.get("/desk/")

    assert (len(first), len(second)) == {
        "Moderators": (13, 7),
        "Editors": (13, 7),
        "superuser": (12, 6),
        "Importers": (8, 8),
    }[role]


@pytest.mark.only_on("sqlite")
def test_what_waits_is_counted_from_an_index(rows):
    with CaptureQueriesContext(connection) as queries:
        dashboard.numbers()
    counting = next(query["sql"] for query in queries if "MIN(" in query["sql"])

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + counting.replace("= )", "= '')"))
        plan = [row[3] for row in cursor.fetchall()]

    assert plan == ["SCAN articles_article USING INDEX article_queue_by_reason"]
