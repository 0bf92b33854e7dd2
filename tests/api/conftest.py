import pytest
from django.test import Client

from articles.intake.tokens import make
from articles.models import DocumentFeed


@pytest.fixture
def boss(make_user):
    return make_user("superuser", username="boss")


@pytest.fixture
def feed(boss, settings, tmp_path):
    settings.IMPORT_UPLOADS = tmp_path / "uploads"
    return DocumentFeed.objects.create(name="pushed", kind="push", by=boss)


@pytest.fixture
def token(feed, boss):
    """Makes a token with these scopes, and returns its secret."""

    def new(*scopes, days=1, client="a client"):
        return make(feed, client=client, scopes=scopes, days=days, by=boss)[1]

    return new


@pytest.fixture
def put(token):
    """Puts a document at a path, as a client with a token for that."""
    secret = token("documents")

    def send(path, raw, secret=secret, **headers):
        content = raw.encode() if isinstance(raw, str) else raw
        headers = {"Authorization": f"Bearer {secret}", **headers}
        return Client().put(f"/api/documents/{path}", content, content_type="text/markdown", headers=headers)

    return send
