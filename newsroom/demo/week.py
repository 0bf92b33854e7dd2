"""A week of the demo newspaper: documents come in, and the demo people decide on them."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path

from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from articles import editions
from newsroom.demo import clock, documents, pictures
from newsroom.demo.clock import span
from newsroom.demo.decisions import IMPORTER, Desk, Step, decisions
from newsroom.demo.documents import IMPORTS
from newsroom.demo.intake import open_the_doors

# How long ago rule and feed were made, and the seeds imported: before everything else.
DOORS, SEEDS = "8d2h", "8d1h"


def live_through(seeds: Path, folder: Path, start: datetime) -> None:
    """Writes the documents into the folder, imports them and decides on them, with `start` as the end of the week.

    In one transaction: a first start that is interrupted leaves nothing, and the next one begins anew.
    """
    with transaction.atomic():
        desk = Desk(start)
        steps: list[Step] = [
            (span(DOORS), partial(open_the_doors, desk)),
            *imports(seeds, folder, start),
            *decisions(desk),
        ]
        now = start - span(DOORS)
        for age, step in sorted(steps, key=lambda pair: pair[0], reverse=True):
            # Two steps of one minute: the second begins when the first has ended.
            with clock.set_to(max(start - age, now)):
                step()
                now = timezone.now()
        pictures.hold(documents.stories())
        editions.new_on_commit()


def imports(seeds: Path, folder: Path, start: datetime) -> list[Step]:
    runs: list[Step] = [(span(SEEDS), partial(import_folder, seeds))]
    return runs + [(span(ago), partial(import_as_of, folder, start, span(ago))) for ago in IMPORTS]


def import_as_of(folder: Path, start: datetime, age: timedelta) -> None:
    documents.write(folder, start, age)
    import_folder(folder)


def import_folder(folder: Path) -> None:
    try:
        call_command("import_articles", str(folder), by=IMPORTER, verbosity=0, stdout=StringIO(), stderr=StringIO())
    except SystemExit as end:
        # One of the documents is broken for a while: the report of its run shows how that looks.
        if end.code not in (0, 1):
            raise CommandError(f"the import of {folder} ended with status {end.code}.") from end
