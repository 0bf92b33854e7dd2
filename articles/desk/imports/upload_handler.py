"""Writes uploaded files to the disk as they come, without keeping them in memory."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload

from articles.importing.uploads.storage import UploadRefused, place_for
from articles.models import ImportUpload
from articles.processes import private_files


class ImportUploadHandler(FileUploadHandler):
    """Writes each file to its place in the upload; `refused` has the names of those that are not taken, and why.

    For `upload=None` it takes none: the form is read without its files.
    """

    def __init__(self, request, upload: ImportUpload | None):
        super().__init__(request)
        self.upload = upload
        self.names: list[str] = []
        self.refused: list[tuple[str, str]] = []
        self.too_much = ""
        self.bytes = 0
        self.stored_file: Any = None  # open from `new_file` to `close`

    def new_file(self, field_name, file_name, content_type, *args, **kwargs):
        super().new_file(field_name, file_name, content_type, *args, **kwargs)
        if self.upload is None:
            raise SkipFile
        if len(self.names) + len(self.refused) == settings.IMPORT_MAX_FILES:
            self._stop(f"{settings.IMPORT_MAX_FILES:,} files are the most: pack them into a .zip or .tar.gz.")
        try:
            place = place_for(self.upload, file_name)
        except UploadRefused as refusal:
            self.refused.append((file_name, str(refusal)))
            raise SkipFile from None
        private_files.make_folder(place.parent)
        self.stored_file = private_files.open_file(place, "xb")
        self.names.append(file_name)

    def receive_data_chunk(self, raw_data, start):
        self.bytes += len(raw_data)
        if self.bytes > settings.IMPORT_MAX_BYTES:
            self._stop(f"{settings.IMPORT_MAX_BYTES // 1024**2:,} MB are the most at once.")
        self.stored_file.write(raw_data)

    def file_complete(self, file_size):
        self.close()

    def upload_interrupted(self):
        self.close()

    def close(self):
        if self.stored_file:
            self.stored_file.close()
        self.stored_file = None

    def _stop(self, why):
        self.too_much = why
        self.close()
        raise StopUpload(connection_reset=False)
