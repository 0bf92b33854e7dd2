"""Sets the clock of this process back, for a while: what happens then is dated then.

The log has no way to give an entry another date than that of its writing, and is to have none. So the demo newspaper
does not write a past: it lives through one, a step at a time, before anybody can look.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo

from django.utils import timezone


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Lets `timezone.now` count from this moment on, in this process."""
    back = datetime.now(UTC) - moment

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) - back

    # Models and verbs hold `timezone.now` itself: only what it asks can be changed for all of them.
    kept, timezone.datetime = timezone.datetime, Clock  # type: ignore[attr-defined]
    try:
        yield
    finally:
        timezone.datetime = kept  # type: ignore[attr-defined]


def span(text: str) -> timedelta:
    """Returns the time that a text such as `1d4h` or `25m` means."""
    found = timedelta()
    number = ""
    for letter in text:
        if letter.isdigit():
            number += letter
        else:
            found += timedelta(minutes=int(number) * {"d": 1440, "h": 60, "m": 1}[letter])
            number = ""
    return found
