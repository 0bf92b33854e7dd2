import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    print(f"Newsroom cannot start: {error}", file=sys.stderr)
    # Gunicorn restarts a worker that cannot load the application for ever, unless it exits with this status.
    sys.exit(4)
