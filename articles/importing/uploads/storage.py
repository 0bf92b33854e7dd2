"""Where an upload lies: privately, below IMPORT_UPLOADS, in a folder of its own; or in a folder of the operator's."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from articles.importing.sources.files import is_document, name_problem
from articles.importing.sources.roots import TAR_SUFFIXES, ZIP_SUFFIX
from articles.models import ImportUpload

MAX_NAME_BYTES = 200  # bytes: file systems take 255


class UploadRefused(Exception):
    """What was chosen is not taken; the message says why."""


def folder_of(upload: ImportUpload) -> Path:
    return Path(settings.IMPORT_UPLOADS) / str(upload.pk)


def roots_of(upload: ImportUpload) -> list[Path]:
    """What the import reads: the directory, or the folder of documents and then each archive."""
    if upload.kind == ImportUpload.Kind.DIRECTORY:
        # Once more: the operator, or a link on the server, may have changed since.
        return [allowed_directory(upload.directory, "")]
    folder = folder_of(upload)
    roots = [path for path in (folder / "documents", *sorted(folder.glob("archives/*"))) if path.exists()]
    if not roots:
        raise UploadRefused("Its files are not there any more: upload them again.")
    return roots


def place_for(upload: ImportUpload, name: str) -> Path:
    """Where an uploaded file of this name is kept, or `NotTaken`. The name of a document is its identity."""
    is_archive = name.lower().endswith((ZIP_SUFFIX, *TAR_SUFFIXES))
    if name.startswith(".") or "/" in name or "\\" in name or len(name.encode(errors="replace")) > MAX_NAME_BYTES:
        raise UploadRefused("has a name that is not taken")
    if problem := name_problem(name):
        raise UploadRefused(problem)
    if not is_archive and not is_document(name):
        raise UploadRefused("is neither a document (.md, .txt, .html, .yaml) nor a .zip or .tar.gz")
    place = folder_of(upload) / ("archives" if is_archive else "documents") / name
    if place.exists():
        raise UploadRefused("was chosen twice")
    return place


def allowed_directory(root: str, below: str) -> Path:
    """The folder `below` a root, if it lies within one that the operator allows; else `NotTaken`."""
    try:
        directory = Path(root, below.strip().lstrip("/")).resolve()
        there = directory.is_dir()
    except (OSError, ValueError):
        there = False
    # One message for all: whoever asks learns nothing about the rest of the server.
    if ".." in Path(below).parts or not there or not any(directory.is_relative_to(r) for r in settings.IMPORT_ROOTS):
        raise UploadRefused("There is no such folder among those that may be imported from.")
    return directory


def delete_files(upload: ImportUpload) -> None:
    shutil.rmtree(folder_of(upload), ignore_errors=True)
