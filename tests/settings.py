"""The product's settings on plain HTTP, with cheap passwords; the database is DATABASE_URL's, else SQLite."""

import os

os.environ.update(SECRET_KEY="only-for-tests-" + "0123456789" * 5, NEWSROOM_HTTPS="0", DEBUG="0")

from newsroom.settings import *  # noqa: F403
from newsroom.settings import STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
