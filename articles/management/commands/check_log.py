"""manage.py check_log: compare every article with its log, and name what differs."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched

from articles.documents.source import source_differences
from articles.history.replay import Gap, is_same, replay
from articles.history.snapshot import snapshot
from articles.management.commands_of_ours import PARTLY, OurCommand
from articles.models import Article, Event
from articles.models.fields import FIELD_BY_NAME

BATCH_SIZE = 200


class Command(OurCommand):
    help = "Compare every article with its log, and name what was written past it. Exit status 1 where anything was."

    def handle(self, *args, **options):
        pks = sorted({*Article.objects.values_list("pk", flat=True), *Event.objects.values_list("article", flat=True)})
        wrong = 0
        for batch in batched(pks, BATCH_SIZE, strict=False):
            # A second look: of what somebody writes just now, row and events are not read at one moment.
            for pk, gaps in gaps_of(gaps_of(batch)).items():
                wrong += 1
                for gap in gaps:
                    self.stdout.write(f"article {pk}: {gap}")
        self.stdout.write(
            f"{len(pks):,} articles, {Event.objects.count():,} events: {wrong or 'none'} differ from the log"
        )
        sys.exit(PARTLY if wrong else 0)


def gaps_of(pks: Iterable[int]) -> dict[int, list[Gap]]:
    """Per article, what was written past the log; nothing for an article that is as the log tells."""
    pks = list(pks)
    events = defaultdict(list)
    for event in Event.objects.filter(article__in=pks).order_by("pk"):
        events[event.article_id].append(event)
    rows = Article.objects.select_related("provider", "reviewed_by", "assigned_to").in_bulk(pks)
    found = {pk: list(_gaps(rows.get(pk), events[pk])) for pk in pks}
    return {pk: gaps for pk, gaps in found.items() if gaps}


def _gaps(article: Article | None, events: Sequence[Event]) -> Iterator[Gap]:
    state, gaps = replay(events, {})
    yield from gaps
    if article is None:
        return
    # A field that no event names is as the document says, unless a conflict says that it stays as it was.
    disputed = {name for event in events for name in event.after.get("conflicts") or ()}
    for name, (current, source_value) in source_differences(article).items():
        # What a person decided on no longer follows the flag of the document, and what waits for one does not yet.
        apart = article.reviewed_at is not None or article.first_published_at is None
        if name not in disputed.union(state) and FIELD_BY_NAME[name].is_plain and not (name == "published" and apart):
            yield Gap(name, source_value, current)
    state.setdefault("version", 1)
    now = snapshot(article, [name for name in state if name in FIELD_BY_NAME])
    yield from (Gap(name, state[name], now[name]) for name in now if not is_same(name, state[name], now[name]))
