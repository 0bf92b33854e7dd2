"""The upstream JSON of a large site, key by key, against what that site published from the same documents.

Its files differ from ours only where they cannot follow from the documents; each such file is named here, with the
reason, and a test shows that this is the reason.
"""

import json
from collections import defaultdict
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path

import pytest
import yaml
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import editions
from articles.importing.runs.run import import_documents
from articles.models import Article
from articles.moderation.decision import AT_DESK
from articles.moderation.verbs import Publish
from articles.moderation.writer import write_all
from articles.syndication.upstream.lists import LISTS, hottest_first

# The pages of events were written on the first day of the week, not on the day of the snapshot.
DAY_OF_EVENTS = datetime(2021, 7, 15, 15, tzinfo=UTC)
# Upstream took "Developer Tools" for another topic than "Developer tools": for us they are one.
TWO_SPELLINGS = {"developer-tools": "Developer tools", "management-tools": "Management tools"}
# No output, but templates of it.
TEMPLATES = ("newsletters", "topics")
SETTINGS = {
    "SITE_NAME": "Azure",
    # No document names it.
    "JSON_SITE": "https://everyday.cc/azure",
}
pytestmark = pytest.mark.django_db

MOMENTS = ("publishedDateTime", "startDateTime", "endDateTime")


@pytest.fixture(scope="module")
def azure(corpus, django_db_setup, django_db_blocker):
    """The folder of the site, whose documents are imported; those that say nothing of it were published by a person."""
    folder = corpus / "azure-2021-07-18"
    sizes = {"topics": 30, "news": 25, "learning": 30, "events": 25, "newsletters": 25}
    with django_db_blocker.unblock(), override_settings(**SETTINGS, JSON_SIZES=sizes), transaction.atomic():
        import_documents([folder])
        publish_collections()
        with connection.cursor() as cursor:
            # As autovacuum does after an import; it sees nothing of this transaction.
            cursor.execute("ANALYZE")
        yield folder
        transaction.set_rollback(True)


def publish_collections() -> None:
    by = User.objects.create_superuser("publisher")
    waiting = Article.objects.filter(state="pending").exclude(category="news")
    for part in batched(waiting.values_list("pk", "version"), 500, strict=False):
        events, refused = write_all(dict(part), Publish(), by=by, at=AT_DESK)
        assert (len(events), refused) == (len(part), {})


def theirs(file: Path) -> dict:
    return json.loads(file.read_text())


def ours(folder: Path, file: Path) -> dict:
    answer = Client().get(f"/{file.relative_to(folder).as_posix()}")
    assert (file, answer.status_code) == (file, 200)
    return answer.json()


def comparable(value):
    """The same with moments as seconds, since upstream writes them in its own time zone, and with the order of keys."""
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if not isinstance(value, dict):
        return value
    return [
        (key, datetime.fromisoformat(item).timestamp() if key in MOMENTS and item else comparable(item))
        for key, item in value.items()
    ]


def files_of(folder: Path) -> dict[str, list[Path]]:
    """The files of upstream by the reason for which they are compared in one way or another."""
    found = defaultdict(list)
    for file in sorted((folder / "api").rglob("*.json")):
        collection, *below = file.relative_to(folder / "api").parent.parts
        if collection in TEMPLATES:
            kind = "template"
        elif collection == "learning" and below and below[0] in TWO_SPELLINGS:
            kind = "two spellings"
        elif collection == "news" and below and below[0].startswith("20"):
            kind = "one article of news"
        else:
            kind = "events" if collection == "events" else "equal"
        found[kind].append(file)
    return found


def test_every_page_is_upstreams_page_key_by_key(azure):
    files = files_of(azure)["equal"]

    different = [
        file.relative_to(azure).as_posix()
        for file in files
        if comparable(ours(azure, file)) != comparable(theirs(file))
    ]

    assert different == []
    assert len(files) > 240


def test_the_events_are_upstreams_on_the_day_of_its_files(azure, monkeypatch):
    files = files_of(azure)["events"]
    monkeypatch.setattr(timezone, "now", lambda: DAY_OF_EVENTS)
    editions.new()

    for file in files:
        assert comparable(ours(azure, file)) == comparable(theirs(file))
    assert len(files) == 10


@pytest.mark.parametrize("slug", TWO_SPELLINGS)
def test_a_topic_in_two_spellings_is_one_topic(azure, slug):
    """Their pages hold the articles that spell it as its own document does; ours those and the others, in one order."""
    pages = [file for file in files_of(azure)["two spellings"] if f"/{slug}/page/" in file.as_posix()]
    files = [azure / f"api/learning/{slug}/page/{number}/index.json" for number in range(1, len(pages) + 1)]
    upstreams = [article for file in files for article in theirs(file)["value"]]
    all_of_ours, number = [], 1
    while number:
        page = ours(azure, azure / f"api/learning/{slug}/page/{number}/index.json")
        all_of_ours, number = all_of_ours + page["value"], page.get("nextPage")

    spelled = [article for article in all_of_ours if TWO_SPELLINGS[slug] in article["topics"]]

    assert comparable(spelled) == comparable(upstreams)
    assert {name.casefold() for article in all_of_ours for name in article["topics"]} >= {slug.replace("-", " ")}
    assert len(all_of_ours) > len(spelled)


def test_single_news_are_as_upstreams_lists_have_them(azure):
    """Upstream's own files are a year older: without the keys `highlight` and `content`, with the scores of then.

    What they have otherwise, upstream's lists of the day contradict; ours are as these lists.
    """
    lists = {
        article["path"]: article
        for number in range(1, 25)
        for article in theirs(azure / f"api/news/page/{number}/index.json")["value"]
    }
    hidden, older = [], set()
    for file in files_of(azure)["one article of news"]:
        document = azure / "_news" / f"{file.parent.name}.md"
        if "\npublished: true\n" not in document.read_text():
            assert Client().get(f"/{file.relative_to(azure).as_posix()}").status_code == 404
            hidden.append(document.name)
            continue
        found, upstreams = ours(azure, file), theirs(file)
        assert found["sourceUrl"] == upstreams["sourceUrl"]
        assert comparable(found | {"sourceUrl": None}) == comparable(lists[upstreams["path"]])
        assert found.keys() ^ upstreams.keys() == {"highlight", "content"}
        older |= {key for key in upstreams if key not in MOMENTS and found[key] != upstreams[key]}

    assert older == {"originalUrl", "heat", "topics"}
    assert len(hidden) == 44


def test_topics_are_what_upstreams_template_makes_of_its_documents(azure):
    expected = []
    for file in sorted((azure / "_data/topics").glob("*.yaml")):
        front = yaml.safe_load(file.read_text())
        expected.append(
            {"name": front["name"], "shortname": front.get("shortname", front["name"]), "id": front["_id"]}
            | {key: front[key] for key in ("parent", "images") if front.get(key)}
            | {"services": [{"name": name, "endpoint": url} for name, url in front["services"].items()]}
        )
    assert "services" in (azure / "api/topics/index.json").read_text()

    assert comparable(ours(azure, azure / "api/topics/index.json")) == comparable({"value": expected})


def test_newsletters_have_the_title_and_the_path_of_upstreams_template(azure):
    _, front, _ = (azure / "api/newsletters/index.json").read_text().split("---", 2)
    wanted = yaml.safe_load(front)

    assert ours(azure, azure / "api/newsletters/index.json") == {
        "title": wanted["title"], "path": wanted["path"], "page": wanted["page"], "value": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("news/page/1", 3),
        ("news/page/24", 4),
        ("news/ai/page/2", 5),
        ("learning/page/1", 8),
        ("learning/page/66", 4),
        ("learning/ai/page/3", 9),
        ("learning/collections/page/2", 8),
        ("learning/collections/microsoft-azure-friday/page/2", 9),
        ("events/page/2", 5),
        ("topics", 4),
    ],
)
def test_a_page_costs_few_queries(azure, path, number):
    editions.new()

    with CaptureQueriesContext(connection) as queries:
        assert Client().get(f"/api/{path}/index.json").status_code == 200

    assert len(queries) == number


def test_the_hottest_are_found_in_an_index(azure):
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    plan = hottest_first(LISTS["learning"].articles()).values("pk")[300:331].explain()

    assert "article_hottest" in plan
    assert connection.vendor == "postgresql" or "COVERING INDEX" in plan
