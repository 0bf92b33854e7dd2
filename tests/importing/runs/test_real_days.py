"""Two days of a real site, with editors deciding between: nothing that a person did is lost, and the log tells all."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from articles import moderation
from articles.exporting.content import content_hash
from articles.importing.runs.undo import undo_run
from articles.management.commands.check_log import gaps_of
from articles.models import Article, ImportRun, LinkedPage, Reason
from articles.moderation import Why
from tests.importing.runs.verdicts import run

pytestmark = pytest.mark.django_db

DAYS = ("azure-2021-07-18", "azure-2021-07-21")
Holds = Callable[[Article], bool]


@pytest.fixture
def days(corpus) -> tuple[Path, Path]:
    first, second = (corpus / day for day in DAYS)
    if not second.exists():
        pytest.skip("the two days of the bigger site are not beside the project")
    return first, second


def decide(article: Article, by, random: Random) -> Holds:
    """Does one thing to the article, and returns what must hold of it from then on."""
    at = {"by": by, "version": article.version}
    match random.choice(["score", "title", "hide", "close", "publish", "withdraw"]):
        case "score":
            moderation.score(article, heat=5_000, **at)
            return lambda row: row.heat == 5_000
        case "title":
            moderation.edit(article, title="By a person", **at)
            return lambda row: row.title == "By a person"
        case "hide":
            links = list(article.related.select_related("page"))
            hidden = {link.title for link in links if random.random() < 0.3 or link == links[0]}
            items = [{"pk": link.pk, "hidden": link.title in hidden} for link in links]
            moderation.curate(article, related=items, **at)
            return lambda row: not hidden & {link.title for link in _shown(row)}
        case "close":
            moderation.curate(article, related_closed=True, **at)
            titles = [link.title for link in _shown(article)]
            return lambda row: [link.title for link in _shown(row)] == titles
        case "withdraw" if article.published:
            moderation.withdraw(article, why=Why(Reason.objects.get(slug="source-gone")), **at)
            return lambda row: row.state == "withdrawn"
    moderation.publish(article, **at)
    return lambda row: row.state == "published"


def _shown(article: Article) -> list:
    return [link for link in article.related.select_related("page") if not link.hidden]


@pytest.mark.parametrize("seed", [1, 2])
def test_no_decision_is_lost_between_two_real_days(days, editor, seed):
    first, second = days
    run(first / "_news")
    random = Random(seed)  # noqa: S311 - test data
    differ = [
        file.name
        for file in (second / "_news").iterdir()
        if (first / "_news" / file.name).exists() and file.read_bytes() != (first / "_news" / file.name).read_bytes()
    ]
    chosen = Article.objects.filter(path__in=[f"_news/{name}" for name in differ]).order_by("path")
    holds = {article.pk: decide(article, editor, random) for article in chosen}

    report, _ = run(second / "_news")

    rows = Article.objects.in_bulk(list(holds))
    assert [rows[pk].path for pk, still in holds.items() if not still(rows[pk])] == []
    everyone = list(Article.objects.values_list("pk", flat=True))
    assert (gaps_of(everyone), LinkedPage.objects.filter(links=None).count()) == ({}, 0)
    undo_run(ImportRun.objects.get(pk=report.run))
    assert [rows[pk].path for pk, still in holds.items() if not still(Article.objects.get(pk=pk))] == []
    assert gaps_of(list(Article.objects.values_list("pk", flat=True))) == {}


def test_two_days_one_after_the_other_are_as_the_second_alone(days, tmp_path):
    first, second = days
    run(first / "_news")
    run(second / "_news")
    Article.objects.exclude(path__in=[f"_news/{file.name}" for file in (second / "_news").iterdir()]).delete()
    remaining = content_hash()
    Article.objects.all().delete()
    run(second / "_news")

    assert content_hash() == remaining
