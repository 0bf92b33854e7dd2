"""The numbers of the dashboard as figures, and in words."""

from datetime import date

from django.utils.formats import date_format

from articles.desk.dashboard.charts import Figure, columns, share, shares
from articles.desk.dashboard.numbers import DAY, DAYS, DECISIONS, HOUR
from articles.moderation import VERBS

DECIDED = {name: VERBS[name].past for name in DECISIONS}
STATES = {"published": "published", "live": "live, not reviewed", "pending": "pending", "refused": "turned down"}
MINUTE = 60


def decisions(days: list[tuple[date, dict[str, int]]]) -> Figure | None:
    if not any(sum(counts.values()) for _, counts in days):
        return None
    sums = {verb: sum(counts[verb] for _, counts in days) for verb in DECIDED}
    counted = ", ".join(f"{number} {DECIDED[verb]}" for verb, number in sums.items() if number)
    # One name per week, so that they do not overlap; today has the last.
    names = [_day(day) if (DAYS - 1 - place) % 7 == 0 else "" for place, (day, _) in enumerate(days)]
    return Figure(
        "decisions",
        "Decisions per day",
        f"The last {DAYS} days: {counted}.",
        columns([list(counts.items()) for _, counts in days], names),
        [(verb, DECIDED[verb]) for verb in DECIDED if sums[verb]],
        ["Day", *(word.capitalize() for word in DECIDED.values())],
        [(date_format(day, "j F Y"), *counts.values()) for day, counts in reversed(days)],
    )


def times(found: dict | None) -> Figure | None:
    if found is None:
        return None
    return Figure(
        "times",
        "From arrival to decision",
        f"Half within {in_short(found['median'])}, nine of ten within {in_short(found['p90'])}.",
        columns(
            [[("time", number)] for _, number in found["ranges"]],
            ["< 1 h", "1–4 h", "4–24 h", "1–3 d", "3–7 d", "> 7 d"],
        ),
        [],
        ["Time", "Decisions"],
        found["ranges"],
    )


def bands(found: list[tuple[str, dict[str, int]]]) -> Figure | None:
    if not found:
        return None
    readers = {band: counts["published"] + counts["live"] for band, counts in found}
    return Figure(
        "bands",
        "Published, by quality",
        "The share of the newest articles that readers see.",
        shares([(f"Quality {band}", share(readers[band], sum(c.values())), list(c.items())) for band, c in found]),
        list(STATES.items()),
        ["Quality", *(word.capitalize() for word in STATES.values()), "Readers see"],
        [(band, *counts.values(), share(readers[band], sum(counts.values()))) for band, counts in found],
    )


def providers(found: list[tuple[str, dict[str, int]]]) -> Figure | None:
    if not found:
        return None
    accepted = {name: share(c["published"], c["published"] + c["refused"]) for name, c in found}
    return Figure(
        "providers",
        "Top providers, and what is accepted of theirs",
        "Accepted: of those decided on, the share that was published.",
        shares([(name, _accepted(accepted[name], sum(c.values())), list(c.items())) for name, c in found]),
        list(STATES.items()),
        ["Provider", *(word.capitalize() for word in STATES.values()), "Accepted"],
        [(name, *counts.values(), accepted[name]) for name, counts in found],
    )


def in_short(seconds: float) -> str:
    """Returns a time such as 42 min, 5.3 h or 3 days."""
    if seconds < MINUTE:
        return "a minute"
    for unit, length in (("min", MINUTE), ("h", HOUR), ("days", DAY)):
        number = seconds / length
        if number < {"min": 60, "h": 48}.get(unit, float("inf")):
            return f"{number:.1f}".removesuffix(".0") + f" {unit}" if number < 10 else f"{number:.0f} {unit}"
    raise AssertionError("days have no end")


def _accepted(percent: str, number: int) -> str:
    articles = "1 article" if number == 1 else f"{number} articles"
    return articles if percent == "—" else f"{articles}, {percent} accepted"


def _day(day: date) -> str:
    return date_format(day, "j M")
