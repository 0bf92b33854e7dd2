"""The front page: pinned articles first, then articles by rank, one of each story, with a limit for each provider.

Articles above the limit are listed as titles at the end of the page, so that the next page continues by rank alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Article
from articles.models.querysets import ArticleQuerySet, Moment
from articles.paging import BY_RANK, Page, page_of
from articles.public.cards import Card, Publisher, cards_of, prepared_cards, visible_cards
from articles.public.prepared_queries import prepared
from articles.stories.readers import PINNED_FIRST, one_place

SIZE = 30
CANDIDATES = 90  # articles by rank, of which SIZE are chosen
PER_PROVIDER = 4  # articles of one provider, unless the page would stay short
TITLES = 5  # titles of one provider at the end of the page


CANDIDATE_COLUMNS = ("pk", "rank", "provider_id", "title", "slug")


class Candidate(NamedTuple):
    """The values of an article that decide its place, and those of a title at the end of the page."""

    pk: int
    rank: float
    provider: int
    title: str
    slug: str

    def get_absolute_url(self) -> str:
        return f"/articles/{self.slug}/"


@dataclass(frozen=True)
class More:
    """Articles of a provider that its limit kept from the page."""

    provider: Publisher
    articles: list[Candidate]


@dataclass(frozen=True)
class FrontPage(Page[Card]):
    more_from: list[More] = field(default_factory=list)


def pinned(now: Moment | None = None) -> ArticleQuerySet:
    """Visible pinned articles, the latest pin first."""
    return Article.objects.visible(now).filter(pinned_at__isnull=False).order_by("-pinned_at", "-pk")


def below_the_pins(now: Moment | None = None) -> ArticleQuerySet:
    """What is not pinned, by rank: of a story its lead, if none of the story is pinned."""
    return one_place(Article.objects.visible(now), first=PINNED_FIRST).filter(pinned_at=None).ranked()


def page(params: Mapping[str, str]) -> Page[Card]:
    if "before" in params:
        # Everything down to the end of the first page is on it, in its own order.
        end = _choose()[2]
        beyond = below_the_pins().filter(BY_RANK.beyond(BY_RANK.place(end), "lt")) if end else Article.objects.none()
        return page_of(cards_of(beyond, BY_RANK), BY_RANK, params, size=SIZE, continues=True)
    if "after" in params:
        return page_of(_further(), BY_RANK, params, size=SIZE)
    return _first()


def first_of[Row: Article](articles: QuerySet[Row]) -> list[Row]:
    """The articles of this queryset that are on the first page, in the order of the page."""
    chosen = _choose()[0]
    rows = articles.in_bulk([one.pk for one in chosen])
    return [rows[one.pk] for one in chosen if one.pk in rows]


def _first() -> FrontPage:
    chosen, left_out, end = _choose()
    shown = visible_cards([one.pk for one in chosen])
    providers = {card.provider_id: card.provider for card in shown}
    return FrontPage(
        shown,
        older="?" + urlencode({"after": end}) if end else "",
        more_from=[More(providers[pk], rest[:TITLES]) for pk, rest in left_out.items() if pk in providers],
    )


def _choose() -> tuple[list[Candidate], dict[int, list[Candidate]], str]:
    """The articles of the first page, those left out by provider, and the cursor after which the next page begins.

    Two queries. The cursor is '' if there is no next page.
    """
    now = timezone.now()
    pins = [Candidate(*row) for row in _pinned(now=now)]
    ranked = [Candidate(*row) for row in _ranked(now=now)]
    candidates, cap = ranked[:CANDIDATES], _cap(pins + ranked[:CANDIDATES])
    chosen, left_out, count = list(pins), defaultdict(list), Counter(pin.provider for pin in pins)
    last = None
    for one in candidates:
        # At least one ranked article is on the page: the next page begins after its rank.
        if last and len(chosen) >= SIZE:
            break
        last = one
        if count[one.provider] < cap:
            chosen.append(one)
            count[one.provider] += 1
        else:
            left_out[one.provider].append(one)
    end = BY_RANK.cursor(last) if last and last is not ranked[-1] else ""
    return chosen, left_out, end


_further = prepared_cards(BY_RANK, below_the_pins)


@prepared
def _pinned(now: Moment) -> QuerySet:
    return pinned(now).values_list(*CANDIDATE_COLUMNS)[:CANDIDATES]


@prepared
def _ranked(now: Moment) -> QuerySet:
    return below_the_pins(now).values_list(*CANDIDATE_COLUMNS)[: CANDIDATES + 1]


def _cap(candidates: Iterable[Candidate]) -> int:
    """The limit for one provider: PER_PROVIDER, or the least number that fills the page if there are few providers."""
    counts = Counter(one.provider for one in candidates).values()
    room = min(SIZE, sum(counts))
    return next(cap for cap in range(PER_PROVIDER, SIZE + 1) if sum(min(n, cap) for n in counts) >= room)
