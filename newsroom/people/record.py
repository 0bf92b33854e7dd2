"""The log of accounts: what happens to people, roles and ways to log in. Nothing is ever changed in it."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.core.mail import send_mail
from django.db.models import Model
from django.http import HttpRequest

from newsroom.headers import client_address
from newsroom.people.models import AccountEvent, Verb

logger = logging.getLogger(__name__)

# Whoever's account it is gets a mail: a stranger who did it would not tell.
TOLD = {Verb.PASSWORD, Verb.RESET, Verb.FACTOR, Verb.NO_FACTOR, Verb.CODES, Verb.CODE_USED}


def record(
    request: HttpRequest,
    verb: Verb,
    about: Model,
    *,
    by: User | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Adds an entry, and a line to the log of the server. `by` is who does it, else the person of the request."""
    person = by or request.user
    name = person.get_username()
    AccountEvent.objects.create(
        by_id=person.pk,
        by_name=name,
        verb=verb,
        about=name_of(about),
        before=before or {},
        after=after or {},
        address=client_address(request) if settings.LOG_ADDRESSES else None,
    )
    logger.info("%s %s: %s", name, verb, name_of(about))
    if verb in TOLD and isinstance(about, User):
        tell(about, verb)


def tell(person: User, verb: Verb) -> None:
    if not (settings.MAIL and person.email):
        return
    text = (
        f"Your account {person.get_username()} at {settings.SITE_NAME}: somebody {Verb(verb).label}.\n\n"
        "If that was not you, tell whoever gives out accounts at once.\n"
    )
    try:
        send_mail(f"Your account at {settings.SITE_NAME}", text, None, [person.email])
    except OSError as error:
        logger.warning("No mail could be sent to %s: %s", person.get_username(), error)


def name_of(about: Model) -> str:
    kinds: dict[type[Model], str] = {User: "person", Group: "role"}
    return f"{kinds.get(type(about), about._meta.verbose_name)} {about}"[:200]


def facts_of(about: Model) -> dict[str, Any]:
    """Returns what the log says of a person or a role: no password, but whether there is another one."""
    if isinstance(about, User):
        names = ("username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser")
        facts = {name: getattr(about, name) for name in names}
        return facts | {"roles": _names(about.groups.all()), "permissions": _codes(about.user_permissions.all())}
    if isinstance(about, Group):
        return {"name": about.name, "permissions": _codes(about.permissions.all())}
    return {"name": str(about)}


def _names(groups: Any) -> list[str]:
    return sorted(group.name for group in groups)


def _codes(permissions: Any) -> list[str]:
    found: list[Permission] = list(permissions.select_related("content_type"))
    return sorted(f"{permission.content_type.app_label}.{permission.codename}" for permission in found)


def changes(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns what differs: before, and after."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}
