"""Files on their way from the browser to the disk, without resting in memory."""

import contextlib

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload

from articles.importing.uploads.storage import UploadRefused, place_for


class Receiver(FileUploadHandler):
    """Writes each file to its place as it comes; `refused` says which are not taken, and why.

    For `upload=None` it takes nothing: the form is read, and its files pass by.
    """

    def __init__(self, request, upload):
        super().__init__(request)
        self.upload = upload
        self.names, self.refused = [], []
        self.too_much = ""
        self.bytes = 0
        self.open = None

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
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.open = place.open("xb")
        self.names.append(file_name)

    def receive_data_chunk(self, raw_data, start):
        self.bytes += len(raw_data)
        if self.bytes > settings.IMPORT_MAX_BYTES:
            self._stop(f"{settings.IMPORT_MAX_BYTES // 1024**2:,} MB are the most at once.")
        self.open.write(raw_data)

    def file_complete(self, file_size):
        self.close()

    def upload_interrupted(self):
        self.close()

    def close(self):
        with contextlib.suppress(AttributeError):
            self.open.close()
        self.open = None

    def _stop(self, why):
        self.too_much = why
        self.close()
        raise StopUpload(connection_reset=False)
