"""Keeps the progress of an upload in a file: the rows of a preview are not visible to others in the database."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.contrib.auth.models import User

from articles.importing.runs.job import Cancelled
from articles.importing.uploads.storage import folder_of
from articles.models import ImportUpload
from articles.processes import private_files


@dataclass(frozen=True, slots=True)
class UploadProgress:
    done: int = 0
    total: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Documents per second."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> int | None:
        return round((self.total - self.done) / self.rate) if self.rate else None


class ProgressFile:
    """Writes the progress; called as `Job.on_batch`."""

    def __init__(self, upload: ImportUpload):
        self.upload = upload
        self.path = _path(upload)
        self.started = time.time()
        private_files.make_folder(self.path.parent)
        self(0, 0)

    def __call__(self, done: int, total: int) -> None:
        """Writes the progress; raises Cancelled where a person has asked for the end."""
        if done < total or not total:
            stop_if_cancelled(self.upload)
        # Written beside and renamed, so that nobody reads half a file.
        half = self.path.with_suffix(".new")
        private_files.write_text(half, json.dumps([done, total, time.time() - self.started]))
        half.replace(self.path)


def progress_of(upload: ImportUpload) -> UploadProgress:
    try:
        return UploadProgress(*json.loads(_path(upload).read_text()))
    except (FileNotFoundError, NotADirectoryError):
        return UploadProgress()


def last_sign_of_life(upload: ImportUpload) -> datetime:
    """Returns when the upload last changed its status or its progress."""
    try:
        return max(upload.since, datetime.fromtimestamp(_path(upload).stat().st_mtime, UTC))
    except (FileNotFoundError, NotADirectoryError):
        return upload.since


def ask_to_cancel(upload: ImportUpload, by: User) -> None:
    """Asks the process at work to end after its batch. By a file: a preview may hold the lock of the database."""
    private_files.make_folder(_cancel_path(upload).parent)
    private_files.write_text(_cancel_path(upload), by.username)


def stop_if_cancelled(upload: ImportUpload) -> None:
    """Raises Cancelled if a person has asked for the end."""
    if name := cancelled_by(upload):
        raise Cancelled(name)


def cancelled_by(upload: ImportUpload) -> str:
    """Returns the name of the person who has asked for the end; '' if nobody has."""
    try:
        return _cancel_path(upload).read_text()
    except (FileNotFoundError, NotADirectoryError):
        return ""


def _cancel_path(upload: ImportUpload) -> Path:
    return folder_of(upload) / "cancel"


def _path(upload: ImportUpload) -> Path:
    return folder_of(upload) / "progress.json"
