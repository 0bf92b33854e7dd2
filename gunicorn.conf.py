"""How gunicorn serves Newsroom; it reads this file by itself where it is started. Options of its command go first."""

import sys

from django.core.exceptions import ImproperlyConfigured

try:
    # A setting that cannot be read is said once, before any worker starts.
    import newsroom.settings  # noqa: F401
except ImproperlyConfigured as error:
    sys.exit(f"Newsroom cannot start: {error}")

bind = "127.0.0.1:8000"
workers = 2
threads = 4
worker_class = "newsroom.server.SlowClientWorker"
timeout = 60
loglevel = "warning"
# No header of a client may say where the site lies, or which page was asked for.
forwarder_headers = ""
forwarded_allow_ips = ""
secure_scheme_headers = {}
control_socket_disable = True
