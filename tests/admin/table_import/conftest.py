import pytest


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path, settings):
    settings.IMPORT_UPLOADS = tmp_path


@pytest.fixture
def desk(client, importer):
    client.force_login(importer)
    return client
