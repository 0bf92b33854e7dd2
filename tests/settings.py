"""The product's settings on plain HTTP, with cheap passwords; the database is DATABASE_URL's, else SQLite."""

import os
import tempfile
from pathlib import Path

os.environ.update(SECRET_KEY="only-for-tests-" + "0123456789" * 5, NEWSROOM_HTTPS="0", DEBUG="0", NEWSROOM_WORKER="0")

from newsroom.settings import *  # noqa: F403
from newsroom.settings import CACHES, DATABASES, STORAGES

# A name of this process: two runs of the suite side by side do not drop each other's database. On SQLite a file, since
# in memory all threads would share one connection, and no two of them could race.
_name = f"test_newsroom_{os.getpid()}"
if DATABASES["default"]["ENGINE"] == "newsroom.sqlite":
    _name = str(Path(tempfile.gettempdir(), f"{_name}.sqlite3"))
else:
    # No test asks what outlives a crash of the server, and a thousand would wait for its disk.
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"
DATABASES["default"]["TEST"] = {"NAME": _name}

# tests/page_cache keeps pages; elsewhere a page of one test would be given to another.
CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
CACHES["editions"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "editions"}
# tests/test_sign_in.py turns it on.
AXES_ENABLED = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# tests/people/test_reset.py turns mail on; nothing of it leaves the process.
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
