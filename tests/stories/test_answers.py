"""Stories and relevance against what people found in real documents (`answers/` beside the corpus).

More was labelled than is there, and stays hidden: nothing here is fitted to single documents.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from importlib.util import module_from_spec, spec_from_file_location
from itertools import groupby
from math import log2
from pathlib import Path
from typing import NamedTuple

import pytest

from articles import links
from articles.documents.front_matter import parse_document
from articles.documents.parse import record_from
from articles.relevance import CUT, Text, relevances
from articles.stories import grouping, likeness, rarity
from articles.stories.grouping import groups
from articles.stories.likeness import APART_DAYS, ONE_STORY, SUGGESTED, likenesses
from articles.stories.rarity import PRIOR, RARITY_DAYS, TITLE
from articles.stories.reports import Report

READERS_SEE = 8


class Figures(NamedTuple):
    precision: float
    recall: float
    b_cubed: float


@pytest.fixture(scope="session")
def answers(corpus) -> Path:
    folder = corpus.parent / "answers"
    if not folder.is_dir():
        pytest.skip("the answers are not beside the corpus")
    return folder


def record_of(file: Path):
    return record_from(parse_document(file.read_bytes(), file.name), file.name)[0]


def report_of(key: int, file: Path) -> Report:
    record = record_of(file)
    name, host = record.canonical_url, record.provider.domain
    return Report(key, name, record.title, record.excerpt, host, links.twin_key(name), record.published_at)


@pytest.fixture(scope="session")
def files(corpus) -> list[Path]:
    return sorted((corpus / "azure-2021-07-18" / "_news").glob("*.md"))


@pytest.fixture(scope="session")
def reports(files) -> list[Report]:
    return [report_of(key, file) for key, file in enumerate(files)]


@pytest.fixture(scope="session")
def figures(answers, files):
    """Asks the scorer of the answers: figures of all windows together, or of one."""
    spec = spec_from_file_location("score_stories", answers / "score_stories.py")
    scorer = module_from_spec(spec)
    spec.loader.exec_module(scorer)
    gold = table(answers / "stories.tsv")

    def score(reports, enough=ONE_STORY, window="") -> Figures:
        found = groups(reports, likenesses(reports), enough=enough).groups
        story_of = {files[key].name: str(story) for story, keys in enumerate(found) for key in keys}
        line = scorer.score([row for row in gold if row["window"].startswith(window)], story_of)
        precision, recall, _, b_cubed = map(float, re.findall(r"\d\.\d+", line))
        return Figures(precision, recall, b_cubed)

    return score


def assert_stories_are_good(found: Figures):
    assert found.precision >= 0.90
    assert found.recall >= 0.75
    assert found.b_cubed >= 0.96


@pytest.mark.parametrize("window", ["", "W1", "W3"])
def test_stories_are_those_that_people_found(figures, reports, window):
    assert_stories_are_good(figures(reports, window=window))


@pytest.mark.parametrize("window", ["", "W1", "W3"])
def test_with_what_is_suggested_hardly_any_pair_is_missing(figures, reports, window):
    """As if a person accepted the likeliest suggestion, again and again, until there is none."""
    found = figures(reports, enough=SUGGESTED, window=window)

    assert found.recall >= 0.90
    assert found.precision >= 0.60


def test_stories_are_found_without_the_other_documents(figures, reports, files, answers):
    labelled = {row["path"] for row in table(answers / "stories.tsv")}

    assert_stories_are_good(figures([report for report in reports if files[report.key].name in labelled]))


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        (rarity, "RARITY_DAYS", APART_DAYS),
        (rarity, "RARITY_DAYS", 2 * RARITY_DAYS),
        (rarity, "PRIOR", PRIOR // 2),
        (rarity, "PRIOR", 2 * PRIOR),
        (rarity, "TITLE", 0.8 * TITLE),
        (rarity, "TITLE", 1.2 * TITLE),
        (likeness, "APART_DAYS", APART_DAYS + 1),
        (likeness, "EVIDENCE", 1),
        (likeness, "EVIDENCE", 4),
        (likeness, "REACH", 100),
        (likeness, "REACH", 100_000),
        (likeness, "COMPARED", 12),
        (likeness, "COMPARED", 1000),
        (likeness, "TELLING", 3),
        (likeness, "TELLING", 5),
    ],
)
def test_no_figure_stands_on_an_edge(figures, reports, monkeypatch, module, name, value):
    monkeypatch.setattr(module, name, value)

    assert_stories_are_good(figures(reports))


@pytest.mark.parametrize("enough", [0.8 * ONE_STORY, 1.2 * ONE_STORY])
def test_the_threshold_of_stories_does_not_stand_on_an_edge(figures, reports, enough):
    assert_stories_are_good(figures(reports, enough=enough))


@pytest.mark.parametrize("closest", [4, 40])
def test_the_pairs_that_are_kept_are_enough(figures, reports, monkeypatch, closest):
    monkeypatch.setattr(likeness, "CLOSEST", closest)
    monkeypatch.setattr(grouping, "CLOSEST", closest)

    assert_stories_are_good(figures(reports))


def table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="session")
def judged(answers, files) -> list[tuple[dict[str, int], list[tuple[float, str]]]]:
    """Of each article with labels: the label of each judged link, and all its links, with their scores."""
    labels: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in table(answers / "related.tsv"):
        labels[row["path"]][row["related_url"]] = int(row["label"])
    found = []
    for file in files:
        if file.name in labels:
            record = record_of(file)
            texts = [Text(link.title, link.excerpt, link.published_at) for link in record.related]
            scores = relevances(Text(record.title, record.excerpt, record.published_at), texts)
            urls = [link.url for link in record.related]
            found.append((labels[file.name], list(zip((score for score, _ in scores), urls, strict=True))))
    return found


def ndcg(labels: dict[str, int], scored: list[tuple[float, str]], most: int = 5) -> float:
    """Linear gains, of the judged links alone. Links of one score share the mean of their gains: no order is lucky."""
    order = sorted(((score, labels[url]) for score, url in scored if url in labels), reverse=True)
    gains: list[float] = []
    for _, ties in groupby(order, key=lambda pair: pair[0]):
        tied = [gain for _, gain in ties]
        gains += [sum(tied) / len(tied)] * len(tied)

    def discounted(values):
        return sum(value / log2(place + 2) for place, value in enumerate(list(values)[:most]))

    return discounted(gains) / discounted(sorted(labels.values(), reverse=True))


def test_the_most_relevant_links_come_first(judged):
    # An article without a good link has no order that is better than another.
    found = [ndcg(labels, scored) for labels, scored in judged if any(labels.values())]

    assert len(found) == 20
    assert sum(found) / len(found) >= 0.85


def test_readers_see_good_links_and_few_of_these_are_lost(judged):
    shown = good = lost = 0
    for labels, scored in judged:
        above = sorted((pair for pair in scored if pair[0] >= CUT), key=lambda pair: -pair[0])
        seen = {url for _, url in above[:READERS_SEE]}
        shown += len(seen & labels.keys())
        good += sum(labels.get(url, 0) >= 1 for url in seen)
        lost += sum(label >= 1 for url, label in labels.items() if url not in {url for _, url in above})

    assert good / shown >= 0.5
    assert lost / sum(label >= 1 for labels, _ in judged for label in labels.values()) <= 0.2


def test_four_seeds_are_one_story_and_the_year_after_is_like_it(seeds):
    reports = [report_of(key, file) for key, file in enumerate(sorted(seeds.glob("*.txt")))]
    earlier, follow_up = reports[:4], reports[4]

    found = groups(reports, likenesses(reports))
    texts = [Text(report.title, report.excerpt, report.date) for report in (follow_up, *earlier)]

    assert sorted(map(sorted, found.groups)) == [[0, 1, 2, 3], [4]]
    assert found.suggested == []
    assert all(score >= CUT for score, _ in relevances(texts[0], texts[1:], near=False))
