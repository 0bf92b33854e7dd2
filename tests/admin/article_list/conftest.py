from datetime import UTC, datetime

import pytest

from tests.factories import make_article, make_provider, make_topic


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def shelf(db):
    topic, provider = make_topic("Vision"), make_provider(domain="acme.example", name="Acme")
    make_article(title="Seen", topics=[topic], provider=provider, quality=40, heat=10, type="video", secured="hidden;x")
    make_article(
        title="Other",
        quality=5,
        heat=90,
        category="people",
        published=True,
        published_at=datetime(2020, 7, 1, 0, 30, tzinfo=UTC),
    )
    return topic, provider
