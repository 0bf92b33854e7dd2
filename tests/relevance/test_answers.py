"""The relevance that the product stores, against links that people have judged (`answers/` beside the corpus)."""

import csv
from collections import defaultdict
from math import log2

import pytest

from articles.models import RelatedLink
from tests.importing.runs.verdicts import run

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def judged(corpus) -> dict[str, dict[str, int]]:
    """By file and URL: 0 is noise, 1 good, 2 very good."""
    file = corpus.parent / "answers" / "related.tsv"
    if not file.is_file():
        pytest.skip("the answers are not beside the corpus")
    found: dict[str, dict[str, int]] = defaultdict(dict)
    with file.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            found[row["path"]][row["related_url"]] = int(row["label"])
    return found


def gain(labels: list[int]) -> float:
    return sum((2**label - 1) / log2(place + 2) for place, label in enumerate(labels[:5]))


def test_readers_see_what_people_judged_good(corpus, judged):
    folder = corpus / "azure-2021-07-18" / "_news"
    run(*(folder / name for name in judged))

    ratios, shown, lost = [], [], []
    for name, labels in judged.items():
        links = RelatedLink.objects.filter(article__path__endswith=name).select_related("page").most_relevant_first()
        known = [link for link in links if link.url in labels]
        assert known
        order = [labels[link.url] for link in known]
        if best := gain(sorted(order, reverse=True)):
            ratios.append(gain(order) / best)
        shown += [labels[link.url] for link in known if not link.is_below_cut]
        lost += [labels[link.url] for link in known if link.is_below_cut]

    good = sum(map(bool, shown + lost))
    assert sum(ratios) / len(ratios) >= 0.85
    assert sum(map(bool, shown)) / len(shown) >= 0.5
    assert sum(map(bool, lost)) / good <= 0.2
