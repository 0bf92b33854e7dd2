"""What happened to an article, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime

from articles.models import Event
from articles.models.fields import ARTICLE_FIELDS, LINK_FIELDS

LONGEST = 160
_LABELS = {field.name: field.label for field in (*LINK_FIELDS, *ARTICLE_FIELDS)}
# Beside the flag they say nothing that the line does not say: who, and when.
SILENT = frozenset(field.name for field in ARTICLE_FIELDS if field.silent)


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


def label(name: str) -> str:
    return _LABELS.get(name, name)


def words(value: object) -> str:
    """A value of an event, of a row or of a document, short and readable."""
    match value:
        case None | "" | []:
            return "—"
        case True | False:
            return "yes" if value else "no"
        case list():
            text = ", ".join(words(item) for item in value)
        case dict():
            text = str(value.get("title") or value.get("url") or value)
            text += " (hidden)" if value.get("hidden") else ""
        case datetime():
            text = f"{localtime(value):%Y-%m-%d %H:%M:%S}"
        case _:
            text = str(value)
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "…"


def changes_of(event: Event) -> list[Change]:
    """What the event changed; of a deleted article only that it was deleted."""
    names = [name for name in event.after if name not in SILENT]
    return [Change(label(name), words(event.before.get(name)), words(event.after[name])) for name in names]
