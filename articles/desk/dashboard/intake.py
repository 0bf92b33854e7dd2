"""What of the intake needs somebody: held runs, and whoever has fallen silent."""

from __future__ import annotations

from dataclasses import dataclass

from articles.intake.states import held_uploads
from articles.models import ImportUpload, Silence

MOST = 10  # of each: a page with more says so


@dataclass(frozen=True)
class Intake:
    held: list[ImportUpload]
    feeds: list[Silence]
    providers: list[Silence]
    more: int  # silent providers that are not in the list

    def __bool__(self) -> bool:
        return bool(self.held or self.feeds or self.providers)


def intake() -> Intake:
    silent = Silence.objects.filter(closed_at=None).select_related("feed", "provider").order_by("-since")
    of_providers = silent.filter(provider__isnull=False)
    providers = list(of_providers[: MOST + 1])
    return Intake(
        list(held_uploads()[:MOST]),
        list(silent.filter(feed__isnull=False, feed__is_on=True)[:MOST]),
        providers[:MOST],
        of_providers.count() - MOST if len(providers) > MOST else 0,
    )
