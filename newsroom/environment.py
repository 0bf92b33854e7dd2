"""Reads settings from the environment, and says plainly which of them cannot be taken."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

MAIL = "django.core.mail.backends."


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

    def header(self, var: str) -> str:
        """Returns the key in `request.META` of the header that the variable names: X-Real-IP → HTTP_X_REAL_IP."""
        name = self.str(var, default="")
        require(not name or re.fullmatch("[A-Za-z0-9-]+", name), f"{var} must be the name of a header.")
        return "HTTP_" + name.upper().replace("-", "_") if name else ""

    def mailer(self, var: str) -> dict[str, Any]:
        """Returns the mailer (MAILERS) that a URL names: smtp+tls://user:password@host:587, or file:///folder."""
        url = urlsplit(self.str(var))
        try:
            host, port = url.hostname, url.port
        except ValueError:
            host = port = None
        is_file = url.scheme == "file" and url.path.startswith("/") and not url.netloc
        require(
            is_file or (url.scheme in ("smtp", "smtp+tls", "smtp+ssl") and host),
            f"{var} must be like smtp+tls://user:password@host:587 or file:///path/to/folder.",
        )
        if is_file:
            return {"BACKEND": MAIL + "filebased.EmailBackend", "OPTIONS": {"file_path": url.path}}
        options = {
            "host": host,
            "port": port or {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}[url.scheme],
            "username": unquote(url.username or ""),
            "password": unquote(url.password or ""),
            "use_tls": url.scheme == "smtp+tls",
            "use_ssl": url.scheme == "smtp+ssl",
            "timeout": 10,  # seconds
        }
        return {"BACKEND": MAIL + "smtp.EmailBackend", "OPTIONS": options}


def require(condition: object, message: str) -> None:
    if not condition:
        raise ImproperlyConfigured(message)
