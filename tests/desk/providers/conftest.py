import pytest


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def other(make_user):
    return make_user("Editors", username="colleague")
