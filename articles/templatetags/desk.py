"""Filters of the pages about imports, and of permissions."""

from django import template
from django.contrib.auth.models import AnonymousUser, User

from articles.importing.runs.words import Count, counts_in_words, noise_in_words
from articles.models import ImportRun, ImportUpload

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
    if hours >= 48:
        days, hours = divmod(hours, 24)
        return f"{days} days {hours} h" if hours else f"{days} days"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


@register.filter
def verdicts(made: ImportRun | ImportUpload) -> list[Count]:
    """The verdicts of a run or of a preview, in their order."""
    return counts_in_words(made.counts, made.details)


@register.filter
def noise(made: ImportRun | ImportUpload) -> list[str]:
    return noise_in_words(made.details)


@register.filter
def may(user: User | AnonymousUser, permission: str) -> bool:
    return not isinstance(user, AnonymousUser) and user.has_perm(permission)


@register.filter
def numbers(values: list[int | None]) -> str:
    """Whole numbers as the form of a list sends them; 0 where there is none."""
    return " ".join(str(value or 0) for value in values)
