"""The counts of a run in words, as reports tell them: each file is in exactly one of the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from articles.models import Verdict

RENEWED = {"payload": "payload renewed", "form": "line ends or order renewed"}
Counts = Mapping[str, int]
Details = Mapping[str, Any]  # of report.Report.details


class Count(NamedTuple):
    verdict: str
    number: int
    parts: list[str]  # what part of them is worth a word


def counts_in_words(counts: Counts, details: Details) -> list[Count]:
    """Returns the verdicts that occur, in their order; files of kinds that are not read are in none of them."""
    numbers = {verdict: counts.get(verdict, 0) for verdict in Verdict}
    numbers[Verdict.KEPT] -= sum(details.get("unread", {}).values())
    renewed, known = details.get("renewed", {}), details.get("known", {}).get("rejected", 0)
    parts = {
        Verdict.UNCHANGED: [f"{renewed[kind]:,} {words}" for kind, words in RENEWED.items() if renewed.get(kind)],
        Verdict.REJECTED: [f"{known:,} as before"] if known else [],
    }
    return [Count(verdict.value, number, parts.get(verdict, [])) for verdict, number in numbers.items() if number]


def noise_in_words(details: Details) -> list[str]:
    """Returns what is no news, a line for each kind of files that are not read."""
    known = details.get("known", {})
    refused, warned = known.get("rejected", 0), known.get("warnings", 0)
    as_before = [f"{refused:,} refused as before"] if refused else []
    as_before += [f"{warned:,} warning{'s' * (warned > 1)} as before"] if warned else []
    unread = [f"{number:,} {kind} not read" for kind, number in details.get("unread", {}).items()]
    return ([", ".join(as_before)] if as_before else []) + unread
