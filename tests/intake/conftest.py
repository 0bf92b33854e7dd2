import pytest
from django.contrib.auth.models import User

from articles.intake import looking
from articles.models import DocumentFeed


@pytest.fixture
def root(tmp_path, settings, monkeypatch):
    """The folder that the operator allows; scans follow each other at once."""
    settings.IMPORT_ROOTS = [tmp_path / "root"]
    settings.IMPORT_UPLOADS = tmp_path / "uploads"
    monkeypatch.setattr(looking, "PAUSE", 0.01)
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


@pytest.fixture
def keeper(make_user) -> User:
    return make_user("Importers")


@pytest.fixture
def make_feed(root, keeper):
    def make(**fields) -> DocumentFeed:
        values = {"name": "Mill", "kind": "folder", "location": str(root / "mill"), "by": keeper}
        return DocumentFeed.objects.create(**values | fields)

    return make
