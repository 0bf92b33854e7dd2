from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import caches

from tests.canary.articles import a_picture
from tests.factories import make_article, make_provider, make_topic


@pytest.fixture(autouse=True)
def kept_pages(settings, tmp_path):
    """With the page cache of production."""
    settings.CACHES = settings.CACHES | {
        "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "canary"}
    }
    settings.MEDIA_ROOT, settings.CONTACT = tmp_path / "media", "mailto:someone@news.example"
    caches["pages"].clear()
    caches["editions"].clear()


@pytest.fixture
def boss(make_user):
    return make_user("superuser", username="boss")


@pytest.fixture
def shared_topic():
    return make_topic("Trams", slug="trams", description="All about trams")


@pytest.fixture
def others(shared_topic):
    """What readers may see, in more pages than one, before and after the hidden articles and beside them."""
    provider = make_provider(domain="seen.example", name="Seen")
    picture = a_picture("shared", 240)
    return [
        make_article(
            published=True,
            title=f"The tram number {n}",
            slug=f"seen-{n}",
            heat=80 + n,
            published_at=datetime(2020, 6, 11, 12, 25, tzinfo=UTC) + timedelta(minutes=n - 15),
            topics=[shared_topic],
            images=[picture],
            provider=provider,
            related=[{"title": f"Elsewhere {n}", "url": "https://elsewhere.example/"}],
        )
        for n in range(36)
    ]
