"""Checks of the settings of a site that people use: `manage.py check --deploy`."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def check_hosts(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    if not any(host.strip().lstrip(".") in ("*", "") for host in settings.ALLOWED_HOSTS):
        return []
    hint = "Name the hosts of the site: else what a stranger sends as Host gets into its links and mails."
    return [Error("ALLOWED_HOSTS takes any host.", hint=hint, id="newsroom.E001")]
