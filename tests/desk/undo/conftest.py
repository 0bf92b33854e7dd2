import pytest


@pytest.fixture
def as_moderator(client, moderator):
    client.force_login(moderator)
    return client
