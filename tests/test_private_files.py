"""What the server writes is for its own user alone, and what a killed process leaves is deleted in the end."""

import os
import stat
import time
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from PIL import Image as Picture

from articles.exporting.places import TEMPORARY, archive
from articles.models import ImportUpload
from articles.processes import private_files
from tests.importing.documents_by_hand import document

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places(settings, tmp_path):
    """Empty folders, and a umask that would let everybody read."""
    settings.IMPORT_UPLOADS = settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "var" / "uploads"
    settings.MEDIA_ROOT = tmp_path / "var" / "media"
    private_files.make_folder(settings.IMPORT_UPLOADS)
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(root: Path) -> list[str]:
    """Files that are not 0600, and folders that are not 0700."""
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (root, *root.rglob("*"))}
    return [f"{path} {mode:o}" for path, mode in modes.items() if mode != (0o700 if path.is_dir() else 0o600)]


def test_an_upload_is_for_us_alone(client, importer, tmp_path):
    client.force_login(importer)

    client.post("/desk/imports/upload/", {"files": SimpleUploadedFile("a.md", document().encode())})

    upload = ImportUpload.objects.get()
    assert (tmp_path / "var" / "uploads" / str(upload.pk) / "documents" / "a.md").exists()
    assert open_to_others(tmp_path / "var" / "uploads") == []


def test_a_table_and_a_picture_are_for_us_alone(client, make_user, tmp_path):
    client.force_login(make_user("superuser"))
    picture = BytesIO()
    Picture.new("RGB", (9, 9)).save(picture, "PNG")
    csv = SimpleUploadedFile("t.csv", b"slug,name\nnew,New\n", "text/csv")

    client.post("/admin/articles/topic/import/", {"file": csv})
    client.post("/admin/articles/image/add/", {"title": "x", "file": SimpleUploadedFile("p.png", picture.getvalue())})
    default_storage.save("copies/ab/copy.webp", ContentFile(b"x"))

    assert len([path for path in (tmp_path / "var").rglob("*") if path.is_file()]) >= 2
    assert open_to_others(tmp_path / "var") == []


def test_what_killed_requests_have_left_is_deleted_after_a_week(capsys, settings):
    uploads = Path(settings.IMPORT_UPLOADS)
    left = [uploads / "tmpabc.upload", uploads / "table-abc"]
    for path in left:
        path.touch()
    (uploads / "of-no-upload").mkdir()
    call_command("clean_uploads")
    assert all(path.exists() for path in left)

    for path in uploads.iterdir():
        os.utime(path, (time.time() - 8 * 24 * 3600,) * 2)
    call_command("clean_uploads")

    assert list(uploads.iterdir()) == []
    assert "3 leftovers deleted" in capsys.readouterr().out


def test_an_archive_that_was_never_finished_is_no_obstacle(tmp_path):
    file = tmp_path / "out.zip"
    half = file.with_name(file.name + TEMPORARY)
    half.write_bytes(b"half")

    with archive(file, overwrite=False) as place:
        place.put("a.md", b"whole")

    assert file.exists()
    assert not half.exists()


def test_a_table_that_is_confirmed_or_replaced_leaves_no_file(client, make_user, settings):
    client.force_login(make_user("superuser"))
    for _ in range(3):
        csv = SimpleUploadedFile("t.csv", b"slug,name\nnew,New\n", "text/csv")
        client.post("/admin/articles/topic/import/", {"file": csv})

    assert len(list(Path(settings.IMPORT_UPLOADS).glob("table-*"))) == 1
