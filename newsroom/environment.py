"""Reads settings from the environment, and says plainly which of them cannot be taken."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured


class Env(environ.Env):
    """The environment. An invalid variable stops the start by its name, never its value, which may be a password."""

    DB_SCHEMES = {"sqlite": "newsroom.sqlite"} | dict.fromkeys(("postgres", "postgresql"), "newsroom.postgresql")

    def get_value(self, var: str, cast: Any = None, **options: Any) -> Any:
        words = (*self.BOOLEAN_TRUE_STRINGS, "false", "off", "n", "no", "0", "")
        # django-environ reads any other word as off: NEWSROOM_HTTPS=ture would turn HTTPS off.
        require(cast is not bool or self.ENVIRON.get(var, "0").lower() in words, f"{var} must be 1 or 0.")
        try:
            return super().get_value(var, cast=cast, **options)
        except ValueError:
            raise ImproperlyConfigured(f"{var} cannot be read as {cast.__name__}.") from None


def require(condition: object, message: str) -> None:
    if not condition:
        raise ImproperlyConfigured(message)
