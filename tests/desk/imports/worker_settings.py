"""The settings of the tests, for a worker on the database and the uploads of one test."""

import os
from pathlib import Path

from tests.settings import *  # noqa: F403

IMPORT_UPLOADS = Path(os.environ["TEST_UPLOADS"])
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# A worker of a test asks nobody for pictures.
REMOTE_IMAGES = "off"
