"""Checks of the settings of a site that people use: `manage.py check --deploy`."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

LOCAL = {"localhost", "127.0.0.1", "[::1]"}


@register(Tags.security, deploy=True)
def check_hosts(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    if any(host.strip().lstrip(".") in ("*", "") for host in settings.ALLOWED_HOSTS):
        hint = "Name the hosts of the site: else what a stranger sends as Host gets into its links and mails."
        return [Error("ALLOWED_HOSTS takes any host.", hint=hint, id="newsroom.E001")]
    if not settings.ORIGIN and not set(settings.ALLOWED_HOSTS) <= LOCAL:
        hint = "Set it to the address of the site, such as https://news.example.org."
        return [Warning("NEWSROOM_ORIGIN is not set, and no first host says it.", hint=hint, id="newsroom.W001")]
    return []
