"""The files of a report or a preview: their tabs, and what people know them by beside the path."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime

from articles.history.diff import Difference, differences
from articles.history.labels import label, readable
from articles.importing.runs.words import counts_in_words
from articles.models import Article, ImportFile, Noise, Verdict
from articles.models.fields import LIST_FIELDS


def tabs_of(counts: Mapping[str, int], details: Mapping) -> list[tuple[str, str, int]]:
    """Returns value, label and number of each group of files: news by verdict, and then what is none."""
    known, unread = details.get("known", {}).get("rejected", 0), sum(details.get("unread", {}).values())
    numbers = {count.verdict: count.number for count in counts_in_words(counts, details)}
    numbers[Verdict.REJECTED.value] = numbers.get(Verdict.REJECTED.value, 0) - known
    tabs = [(verdict.value, verdict.label, numbers.get(verdict.value, 0)) for verdict in Verdict]
    tabs += [(Noise.KNOWN.value, "Refused as before", known), (Noise.UNREAD.value, "Not read", unread)]
    return [tab for tab in tabs if tab[2]]


@dataclass(frozen=True, slots=True)
class ListDifference:
    """What came into a list, and what went."""

    label: str
    told: Sequence[str]


def shown_differences(changes: Mapping[str, Any]) -> list[Difference | ListDifference]:
    """Returns how each field differs: lists, told as differences, by what came and went; other values side by side."""
    shown: list[Difference | ListDifference] = []
    for name, pair in changes.items():
        if name in LIST_FIELDS:
            _, told = readable(name, *pair)
            shown.append(ListDifference(label(name), told if isinstance(told, list) else []))
        else:
            shown += differences({name: pair})
    return shown


def prepare(files: Iterable[Any], changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Sets what a page shows of the files of a run or a preview, as attributes.

    `news` and `known` of their messages; `differences` of the `changes` by the key of the file, and whether any has two
    `sides`; `title`, `provider` and `date` as the document of a preview says, else those of its article.
    """
    articles = _articles(files)
    for file in files:
        file.differences = shown_differences(changes[file.pk])
        file.sides = any(isinstance(difference, Difference) for difference in file.differences)
        file.known = [message for message in file.messages if message.get("known") and not file.noise]
        file.news = [message for message in file.messages if message not in file.known]
        about = getattr(file, "about", {})
        if about:
            file.title, file.provider, file.date = about["title"], about["provider"], parse_datetime(about["date"])
        elif article := articles.get(getattr(file, "article_id", None) or file.path):
            file.title, file.provider, file.date = article.title, article.provider.name, article.published_at


def _articles(files: Iterable[Any]) -> dict[int | str | None, Article]:
    """Returns the articles of the files by key and by path; one query."""
    rows = Article.objects.select_related("provider").only("path", "title", "published_at", "provider__name")
    keys = [file.article_id for file in files if isinstance(file, ImportFile) and file.article_id]
    found = rows.filter(pk__in=keys) | rows.filter(path__in=[file.path for file in files if file.noise != Noise.UNREAD])
    by_path: dict[int | str | None, Article] = {article.path: article for article in found}
    return by_path | {article.pk: article for article in found}
