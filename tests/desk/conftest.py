import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from articles.models import ImportUpload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    """Where this test's uploads lie."""
    settings.IMPORT_UPLOADS = tmp_path / "uploads"
    return settings.IMPORT_UPLOADS


@pytest.fixture
def as_importer(client, importer):
    client.force_login(importer)
    return client


def file(name: str, content: str | bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def zipped(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def upload(as_importer, django_capture_on_commit_callbacks):
    """Upload files (name → content) as the importer: the upload, with its preview."""

    def upload(files: dict[str, str | bytes], client=as_importer) -> ImportUpload:
        with django_capture_on_commit_callbacks(execute=True):
            chosen = [file(name, content) for name, content in files.items()]
            answer = client.post(reverse("desk_upload_new"), {"files": chosen})
        return ImportUpload.objects.get(pk=answer.url.split("/")[-2])

    return upload


@pytest.fixture
def post(as_importer, django_capture_on_commit_callbacks):
    """Post to a changing address of an upload, and do what it sets going."""

    def post(upload, verb, data=None, client=as_importer):
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(reverse(f"desk_upload_{verb}", args=[upload.pk]), data or {})
        upload.refresh_from_db()
        return answer

    return post
