"""Where a feed may read: what the operator allows, and what no other feed reads."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from django.conf import settings

from articles.importing.sources.files import name_problem
from articles.importing.uploads.storage import UploadRefused, allowed_directory
from articles.models import DocumentFeed

Kind = DocumentFeed.Kind
# Of what Git takes in the name of a branch, what no shell, option or pattern is made of.
BRANCH_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/+@#")
NOT_ALLOWED = "is not among the repositories that the operator allows: folders below the roots of imports, or addresses"


class Refused(Exception):
    """A feed cannot read there. `field` is the one that is wrong."""

    def __init__(self, field: str, message: str):
        super().__init__(message)
        self.field = field


def check(feed: DocumentFeed) -> None:
    """Raises Refused if the feed, as it stands, may not be read. Called before it is saved, and at each look."""
    check_prefix(feed.prefix)
    if feed.kind == Kind.PUSH:
        return
    if feed.kind == Kind.GIT:
        check_branch(feed.branch)
        check_folder(feed.folder)
    if not is_address(feed):
        _check_directory(feed.location)
    elif problem := url_problem(feed.location):
        raise Refused("location", problem)
    if other := overlapping(feed):
        raise Refused("location", f"The feed “{other}” reads there: each document has one feed.")


def is_address(feed: DocumentFeed) -> bool:
    return feed.kind == Kind.GIT and "://" in feed.location


def url_problem(url: str) -> str:
    """Returns why a repository at this address is not read; '' if it may be."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - it raises ValueError where it is no number
    except ValueError:
        return "is no address"
    if parts.scheme not in ("https", "ssh") or not url.isprintable() or " " in url or not parts.hostname:
        return "must be an address with https:// or ssh://, or a folder"
    if parts.password is not None:
        return "must hold no password: it would be shown. Give the server a key instead"
    if parts.hostname.startswith("-") or (parts.username or "").startswith("-") or "%" in parts.netloc:
        return "is no address"
    if parts.query or parts.fragment or ".." in PurePosixPath(parts.path).parts or "%" in parts.path:
        return "must have a plain path"
    # `https://git.example` allows no https://git.example.org/.
    allowed = [beginning.rstrip("/") for beginning in settings.GIT_URLS]
    return "" if any(url == one or url.startswith(f"{one}/") for one in allowed) else f"{NOT_ALLOWED} that it names"


def check_branch(branch: str) -> None:
    parts = branch.split("/")
    bad = branch.startswith("-") or ".." in branch or "@{" in branch or branch.endswith((".", ".lock"))
    if branch and (bad or not BRANCH_CHARACTERS.issuperset(branch) or "" in parts or any(p[0] == "." for p in parts)):
        raise Refused("branch", "is no name of a branch")


def check_folder(folder: str) -> None:
    parts = PurePosixPath(folder).parts
    if folder.startswith(("/", "-", ":")) or ".." in parts or not folder.isprintable() or folder.endswith("/"):
        raise Refused("folder", "must be a folder of the repository, such as content/_news")


def check_prefix(prefix: str) -> None:
    bad = prefix.startswith(("/", ".")) or ".." in PurePosixPath(prefix).parts or "\\" in prefix or "//" in prefix
    if prefix and (bad or name_problem(prefix) or not prefix.endswith("/")):
        raise Refused("prefix", "must be a folder with a / at its end, such as partner/")


def overlapping(feed: DocumentFeed) -> DocumentFeed | None:
    """Returns another feed that reads the same folder, one in it or around it; of a repository, in the same branch."""
    for other in DocumentFeed.objects.filter(kind=feed.kind, is_on=True).exclude(pk=feed.pk):
        if feed.kind == Kind.FOLDER and _one_in_another(feed.location, other.location):
            return other
        is_same = feed.kind == Kind.GIT and _repository(feed) == _repository(other)
        if is_same and feed.branch == other.branch and _one_in_another(f"/{feed.folder}", f"/{other.folder}"):
            return other
    return None


def _repository(feed: DocumentFeed) -> str:
    location = feed.location if is_address(feed) else str(Path(feed.location).resolve())
    return location.rstrip("/").removesuffix(".git")


def _one_in_another(one: str, other: str) -> bool:
    first, second = Path(one).resolve(), Path(other).resolve()
    return first.is_relative_to(second) or second.is_relative_to(first)


def _check_directory(location: str) -> None:
    if not location.startswith("/"):
        raise Refused("location", "must be a folder of the server, from its root on: /srv/documents")
    try:
        allowed_directory(location, "")
    except UploadRefused as refusal:
        raise Refused("location", str(refusal)) from None
