"""/desk/accounts/: the log of accounts, for superusers."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.desk.access import staff_only
from articles.models import QueueOrder
from newsroom.people.models import AccountEvent

SIZE, SETTINGS = 50, 10


@require_safe
@staff_only()
def log(request: HttpRequest) -> HttpResponse:
    """The newest entries, or those before the one with the key `before`; of the person or role named by `q`."""
    if not request.user.is_superuser:
        raise PermissionDenied("The log of accounts is for superusers.")
    words = request.GET.get("q", "").replace("\0", "").strip()[:150]
    rows = AccountEvent.objects.order_by("-pk")
    if words:
        rows = rows.filter(by_name__icontains=words) | rows.filter(about__icontains=words)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    entries = list(rows[: SIZE + 1])
    context = {
        "section": "accounts",
        "entries": [(entry, _is_own(entry), list(_differences(entry))) for entry in entries[:SIZE]],
        "older": entries[SIZE - 1].pk if len(entries) > SIZE else None,
        "words": words,
        # The one setting that people change at the desk.
        "changes": QueueOrder.changes(most=SETTINGS) if not words and not before else [],
    }
    return render(request, "desk/account/log.html", context)


def _is_own(entry: AccountEvent) -> bool:
    """Whether somebody did it to their own account."""
    return entry.about == f"person {entry.by_name}"


def _differences(entry: AccountEvent) -> Any:
    for name in sorted(entry.before | entry.after):
        yield name.replace("_", " "), _text(entry.before.get(name)), _text(entry.after.get(name))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return {True: "yes", False: "no", None: "", "": "empty"}.get(value, str(value))
