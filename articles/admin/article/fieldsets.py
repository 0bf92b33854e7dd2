"""The fieldsets of the admin's form of an article, and which role edits which fields."""

from typing import Any

from articles.models import Verb
from articles.models.fields import ARTICLE_FIELDS, Kind, fields_of

Fieldset = tuple[str, dict[str, Any]]

_TYPED = [field for field in ARTICLE_FIELDS if field.verb is Verb.EDIT and field.kind not in (Kind.TOPICS, Kind.IMAGES)]
_TEXTS = tuple(field.name for field in _TYPED if field.kind in (Kind.LINE, Kind.TEXT, Kind.BODY))
_BESIDE = ("provider", ("type", "category"), "published_at", "web_url", "original_url", ("amp_url", "cdn_amp_url"))


def flat(fields) -> list[str]:
    """Returns the names of fields, of which some stand beside each other in a tuple."""
    return [name for field in fields for name in ([field] if isinstance(field, str) else flat(field))]


# A field that is not placed above comes last.
_OTHERS = tuple(field.name for field in _TYPED if field.name not in (*_TEXTS, *flat(_BESIDE)))

FOR_MODERATORS = (*fields_of(Verb.PUBLISH), *fields_of(Verb.SCORE))
FOR_EDITORS = (*(field.name for field in _TYPED), *fields_of(Verb.SCHEDULE))

DECISION: Fieldset = ("Decision", {"fields": (FOR_MODERATORS, "reason", "note")})
SCHEDULE: Fieldset = ("Schedule", {"fields": (fields_of(Verb.SCHEDULE),), "classes": ("collapse",)})
TEXT: Fieldset = ("Text", {"fields": _TEXTS})
ORIGINAL: Fieldset = ("Original", {"fields": (*_BESIDE, *_OTHERS)})
RECORD: Fieldset = (
    "Record",
    {
        "fields": (
            ("state_badge", "first_published_at"),
            ("review", "path"),
            "possible_duplicates",
            "undecided_conflicts",
            "lists_of_the_source",
        )
    },
)
READ_ONLY_LISTS: Fieldset = (
    "Topics, pictures, related links",
    {"fields": ("topics_shown", "images_shown", "related_shown")},
)
RELATED: Fieldset = ("Related links", {"fields": ("related_shown",)})
READ_ONLY = tuple(name for _, options in (RECORD, READ_ONLY_LISTS) for name in flat(options["fields"]))


def fieldsets_for(*, may_decide: bool, may_edit: bool) -> list[Fieldset]:
    """Returns the fieldsets that a person sees."""
    if not may_decide:
        return [("Decision", {"fields": (FOR_MODERATORS,)}), TEXT, ORIGINAL, READ_ONLY_LISTS, RECORD]
    if not may_edit:
        return [DECISION, TEXT, ORIGINAL, READ_ONLY_LISTS, RECORD]
    return [DECISION, SCHEDULE, TEXT, ORIGINAL, RELATED, RECORD]
