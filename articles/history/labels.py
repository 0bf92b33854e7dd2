"""What happened to an article, in words."""

from dataclasses import dataclass

from articles.models import Event

LONGEST = 160
LABELS = {
    "web_url": "web URL",
    "original_url": "original URL",
    "amp_url": "AMP URL",
    "cdn_amp_url": "CDN AMP URL",
    "published_at": "original’s date",
    "publish_at": "not before",
    "expires_at": "not after",
    "reviewed_by": "reviewed by",
    "reviewed_at": "reviewed at",
    "first_published_at": "first public",
    "related": "related links",
}
# Beside the flag they say nothing that the line does not say: who, and when.
SILENT = {"reviewed_by", "reviewed_at", "first_published_at"}


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


def label(name: str) -> str:
    return LABELS.get(name, name)


def words(value: object) -> str:
    """A value of an event, short and readable."""
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
        case _:
            text = str(value)
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "…"


def changes_of(event: Event) -> list[Change]:
    """What the event changed; of a deleted article only that it was deleted."""
    names = [name for name in event.after if name not in SILENT]
    return [Change(label(name), words(event.before.get(name)), words(event.after[name])) for name in names]
