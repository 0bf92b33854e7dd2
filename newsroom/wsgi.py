import os
import sys
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

try:
    site = get_wsgi_application()
except ImproperlyConfigured as error:
    print(f"Newsroom cannot start: {error}", file=sys.stderr)
    # Gunicorn restarts a worker that cannot load the application for ever, unless it exits with this status.
    sys.exit(4)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The site at the root of its host.

    Some servers let a client's SCRIPT_NAME header cut off the beginning of the path: it is put back.
    """
    environ["PATH_INFO"] = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    environ["SCRIPT_NAME"] = ""
    return site(environ, start_response)
