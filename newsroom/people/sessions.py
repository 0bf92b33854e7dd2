"""Sessions in the database, each with its owner: listed on the owner's page, ended from there, and over in the end.

settings.SESSION_ENGINE names this module.
"""

from __future__ import annotations

from datetime import UTC, datetime
from time import time
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY as PERSON
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet
from django.utils import timezone

from newsroom.people.models import StaffSession

LOGGED_IN_AT, DEVICE, ADDRESS = "logged_in_at", "device", "address"


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[StaffSession]:
        return StaffSession

    def load(self) -> dict[str, Any]:
        """The data of the session; of one that has lasted settings.SESSION_LONGEST seconds nothing is left."""
        data = super().load()
        if PERSON in data and time() - data.get(LOGGED_IN_AT, 0) > settings.SESSION_LONGEST:
            self.delete()
            self._session_key = None
            return {}
        return data

    def save(self, must_create: bool = False) -> None:
        data: dict[str, Any] = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # not in the stubs
        if PERSON in data:
            data.setdefault(LOGGED_IN_AT, time())
        super().save(must_create)

    def create_model_instance(self, data: dict[str, Any]) -> StaffSession:
        row = cast(StaffSession, super().create_model_instance(data))
        row.user_id = data.get(PERSON)
        if LOGGED_IN_AT in data:
            row.begun_at = datetime.fromtimestamp(data[LOGGED_IN_AT], UTC)
        row.device, row.address = data.get(DEVICE, ""), data.get(ADDRESS)
        return row


def sessions_of(person: User) -> QuerySet[StaffSession]:
    return StaffSession.objects.filter(user=person, expire_date__gt=timezone.now()).order_by("-seen_at")


def end_sessions(person: User, but: str | None = None) -> int:
    """Ends the person's sessions, but the one with this key; returns how many."""
    rows = StaffSession.objects.filter(user=person)
    number, _ = rows.exclude(session_key=but).delete() if but else rows.delete()
    return number


# What a User-Agent contains, and what people call it; of each the first that is found.
BROWSERS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox")),
    *(("Chrome/", "Chrome"), ("CriOS", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")),
)
SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Mac OS", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


def device_of(user_agent: str) -> str:
    """Returns browser and system: "Firefox on Linux"."""
    names = [next((name for part, name in words if part in user_agent), "") for words in (BROWSERS, SYSTEMS)]
    return " on ".join(filter(None, names)) or "Unknown browser"
