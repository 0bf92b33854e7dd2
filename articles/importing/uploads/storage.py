"""Stores each upload in a private folder below IMPORT_UPLOADS, and checks folders of the operator's."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from articles.importing.sources.files import Source, is_document, name_problem
from articles.importing.sources.git import GitTree
from articles.importing.sources.roots import TAR_SUFFIXES, ZIP_SUFFIX, in_collection
from articles.importing.sources.still import StillFolder
from articles.models import DocumentFeed, ImportUpload

FEEDS, REPOSITORY = "feeds", "repository.git"  # below IMPORT_UPLOADS
MAX_NAME_BYTES = 200  # bytes: file systems take 255


class UploadRefused(Exception):
    """A file or folder cannot be imported; the message says why."""


def folder_of(upload: ImportUpload) -> Path:
    return Path(settings.IMPORT_UPLOADS) / str(upload.pk)


def feed_folder(feed: DocumentFeed) -> Path:
    """Returns where we keep what belongs to a feed: a repository, and the paths that it had at the last import."""
    return Path(settings.IMPORT_UPLOADS) / FEEDS / str(feed.pk)


def listing_of(upload: ImportUpload) -> Path:
    """Returns where the listing of the folder of a feed lies, with which the upload is imported."""
    return folder_of(upload) / "listing"


def roots_of(upload: ImportUpload) -> Sequence[Path | Source]:
    """Returns what the import reads: the directory, the commit, or the folder of documents and each archive."""
    if upload.kind == ImportUpload.Kind.DIRECTORY:
        # Checked again: the settings, or a symbolic link on the server, may have changed since.
        directory = allowed_directory(upload.directory, "")
        if listing_of(upload).is_file():
            return [StillFolder(directory, in_collection(directory), listing_of(upload))]
        return [directory]
    if upload.kind == ImportUpload.Kind.GIT and upload.feed:
        feed = upload.feed
        above = in_collection(Path("/", feed.folder))
        return [GitTree(feed_folder(feed) / REPOSITORY, upload.commit, feed.folder, above, title_of(feed))]
    folder = folder_of(upload)
    roots = [path for path in (folder / "documents", *sorted(folder.glob("archives/*"))) if path.exists()]
    if not roots:
        raise UploadRefused("Its files are not there any more: upload them again.")
    return roots


def title_of(feed: DocumentFeed) -> str:
    """Returns where a feed reads, the same for each run: runs of the same place are compared."""
    return " ".join(word for word in (feed.location, feed.branch, feed.folder) if word)


def place_for(upload: ImportUpload, name: str) -> Path:
    """Returns where to store an uploaded file, or raises UploadRefused. The name of a document is its identity."""
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
    """Returns the folder `below` a root if the operator allows it, else raises UploadRefused."""
    try:
        directory = Path(root, below.strip().lstrip("/")).resolve()
        exists = directory.is_dir()
    except (OSError, ValueError):
        exists = False
    # One message for all cases, so that it tells nothing about the rest of the server.
    if ".." in Path(below).parts or not exists or not any(directory.is_relative_to(r) for r in settings.IMPORT_ROOTS):
        raise UploadRefused("There is no such folder among those that may be imported from.")
    return directory


def delete_files(upload: ImportUpload) -> None:
    shutil.rmtree(folder_of(upload), ignore_errors=True)
