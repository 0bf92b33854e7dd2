"""Articles of made-up stories: three of each, by providers of their own, within two days."""

from datetime import UTC, datetime, timedelta
from random import Random

from articles.models import Article, Likeness, StoryMember
from tests.factories import make_article, make_provider

SUBJECTS = (
    (
        "harbour crane collapses onto ferry",
        "A crane in the northern harbour fell onto a moored ferry during the storm.",
    ),
    (
        "astronomers find comet with two tails",
        "The comet Kestrel shows a second tail that no telescope had seen before.",
    ),
    ("parliament votes for longer library hours", "Libraries stay open until midnight, as a narrow vote decided."),
    (
        "zebra escapes from travelling circus",
        "The zebra Otto was caught near the motorway after a chase of four hours.",
    ),
)
WAYS = ("{}", "Breaking: {}", "What we know: {}")
START = datetime(2020, 6, 1, 8, tzinfo=UTC)


def tell(subject: int, way: int = 0, **fields) -> Article:
    """One report of a subject; its provider, unless given, reports nothing else."""
    title, excerpt = SUBJECTS[subject]
    fields.setdefault("title", WAYS[way % len(WAYS)].format(title))
    fields.setdefault("excerpt", excerpt)
    fields.setdefault("published_at", START + timedelta(days=40 * subject, hours=5 * way))
    if "provider" not in fields:
        fields["provider"] = make_provider()
    return make_article(**fields)


def story(subject: int, reports: int = 3, **fields) -> list[Article]:
    return [tell(subject, way, **fields) for way in range(reports)]


def partition() -> set[frozenset[str]]:
    """The stories as sets of links, which do not depend on the order of arrival."""
    stories: dict[int, set[str]] = {}
    for number, link in StoryMember.objects.values_list("story", "article__canonical_url"):
        stories.setdefault(number, set()).add(link)
    return {frozenset(links) for links in stories.values()}


def pairs() -> set[tuple]:
    rows = Likeness.objects.values_list("one__canonical_url", "other__canonical_url", "score", "words")
    return {(frozenset((one, other)), score, tuple(words)) for one, other, score, words in rows}


def some_order(items: list, seed: int) -> list:
    items = list(items)
    Random(seed).shuffle(items)  # noqa: S311 - no secret
    return items
