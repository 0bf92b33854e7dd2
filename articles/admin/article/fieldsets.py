"""How the admin's form of an article is laid out, and whose fields are whose."""

from articles.models import Verb
from articles.models.fields import ARTICLE_FIELDS, Kind, fields_of

_TYPED = [field for field in ARTICLE_FIELDS if field.verb is Verb.EDIT and field.kind not in (Kind.TOPICS, Kind.IMAGES)]
_TEXTS = tuple(field.name for field in _TYPED if field.kind in (Kind.LINE, Kind.TEXT, Kind.BODY))
_BESIDE = ("provider", ("type", "category"), "published_at", "web_url", "original_url", ("amp_url", "cdn_amp_url"))


def flat(fields) -> list[str]:
    return [name for field in fields for name in ([field] if isinstance(field, str) else flat(field))]


# A field that is not placed above comes last.
_OTHERS = tuple(field.name for field in _TYPED if field.name not in (*_TEXTS, *flat(_BESIDE)))

FOR_MODERATORS = (*fields_of(Verb.PUBLISH), *fields_of(Verb.SCORE))
FOR_EDITORS = (*(field.name for field in _TYPED), *fields_of(Verb.SCHEDULE))

DECISION = ("Decision", {"fields": (FOR_MODERATORS, "reason", "note")})
SCHEDULE = ("Schedule", {"fields": (fields_of(Verb.SCHEDULE),), "classes": ("collapse",)})
TEXT = ("Text", {"fields": _TEXTS})
ORIGINAL = ("Original", {"fields": (*_BESIDE, *_OTHERS)})
RECORD = (
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
READ_ONLY_LISTS = ("Topics, pictures, related links", {"fields": ("topics_shown", "images_shown", "related_shown")})
