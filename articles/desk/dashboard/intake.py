"""What of the intake needs somebody: held runs, and whoever has fallen silent."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from articles.intake.states import held_uploads
from articles.models import ImportUpload, Silence

# Of each; a page with more says so, up to a number.
MOST, MOST_ASKED = 10, 100


@dataclass(frozen=True)
class Intake:
    held: list[ImportUpload]
    feeds: list[Silence]
    providers: list[Silence]
    more: int  # silent providers that are not in the list

    def __bool__(self) -> bool:
        return bool(self.held or self.feeds or self.providers)


def intake() -> Intake:
    silent = Silence.objects.filter(Q(feed__is_on=True) | Q(provider__isnull=False), closed_at=None)
    found = list(silent.select_related("feed", "provider").order_by("-since")[:MOST_ASKED])
    providers = [alert for alert in found if alert.provider]
    feeds = [alert for alert in found if alert.feed]
    return Intake(list(held_uploads()[:MOST]), feeds[:MOST], providers[:MOST], max(0, len(providers) - MOST))
