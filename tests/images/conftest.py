import pytest

from tests.picture_server import picture_server


@pytest.fixture
def server(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    with picture_server() as server:
        yield server
