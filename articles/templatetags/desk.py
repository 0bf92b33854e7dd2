"""Filters of the pages about imports, and of permissions."""

from django import template
from django.contrib.auth.models import AnonymousUser, User

from articles.models import Verdict

register = template.Library()


@register.filter
def duration(seconds: float | None) -> str:
    if seconds is None:
        return "unknown"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


@register.filter
def in_verdict_order(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(verdict.value, counts[verdict.value]) for verdict in Verdict if counts.get(verdict.value)]


@register.filter
def may(user: User | AnonymousUser, permission: str) -> bool:
    return not isinstance(user, AnonymousUser) and user.has_perm(permission)
