"""All rows of the database as values, to compare what was there before with what is there after."""

from typing import Any

from django.apps import apps

# The log only grows, and so do the days whose stories are to be formed anew; versions and moments only rise.
LOGS = {"event", "keptevent", "logentry", "session", "importrun", "importfile", "edition", "staleday"}
RISING = {"version", "changed_at", "changed_for_readers_at"}


def dump(*, rising: bool = False) -> dict[str, list[dict[str, Any]]]:
    models = [model for model in apps.get_models() if model._meta.model_name not in LOGS]
    models = [model for model in models if model._meta.app_label in ("articles", "providers")]
    left = set() if rising else RISING
    return {
        model.__name__: [
            {name: plain(value) for name, value in values.items() if name not in left}
            for values in model._default_manager.order_by("pk").values()
        ]
        for model in models
    }


def plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
