"""What all our commands have in common: how they end."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

# 0: done. What else a status means is the same for every command (docs/operating.md).
NICENESS = 10
PARTLY, WRONG, LATER, INTERRUPTED = 1, 2, 75, 130


def step_back() -> None:
    """Lets the processes of the site go first, where both want a processor."""
    os.setpriority(os.PRIO_PROCESS, 0, NICENESS)


class OurCommand(BaseCommand):
    """Ends with WRONG where it was asked for what cannot be, with LATER where the database cannot be used, and with
    INTERRUPTED after Ctrl-C or `kill`; one line says so, and no traceback.
    """

    interrupted = "Interrupted."
    # Whether it may take minutes, beside a site that people read.
    in_background = False

    def run_from_argv(self, argv: list[str]) -> None:
        # `kill` ends it like Ctrl-C: what it has begun is put in order.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        if self.in_background:
            step_back()
        super().run_from_argv(argv)

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except CommandError as error:
            if error.returncode == 1:
                error.returncode = WRONG
            raise
        except DatabaseError as error:
            what = f"The database cannot be used: {error}".strip().splitlines()[0]
            raise CommandError(what, returncode=LATER) from error
        except KeyboardInterrupt:
            self.stderr.write(self.interrupted)
            sys.exit(INTERRUPTED)
