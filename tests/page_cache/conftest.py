import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def pages(settings):
    settings.CACHES = {
        **settings.CACHES,
        "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept"},
    }
    caches["pages"].clear()
    caches["editions"].clear()
