"""The product's settings for a worker that a test kills: a worker at work, and folders of the test's own."""

import os
from pathlib import Path

from newsroom.settings import *  # noqa: F403
from newsroom.settings import CACHES

IMPORT_UPLOADS = Path(os.environ["TEST_UPLOADS"])
CACHES["editions"] = {
    "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
    "LOCATION": IMPORT_UPLOADS / "beats",
}
