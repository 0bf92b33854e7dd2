import pytest
from django.test import Client

from tests.people.codes import RIGHT, set_up


@pytest.fixture
def boss(make_user):
    return make_user("superuser", username="boss", email="boss@news.example")


@pytest.fixture
def at_desk(editor):
    """An editor without a second factor, logged in by the form."""
    client = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})
    client.post("/desk/login/", RIGHT)
    return client


@pytest.fixture
def with_app(editor):
    """An editor with a second factor, and the app that gives the codes."""
    return set_up(editor)
