"""Our copy of the repository of a feed: bare, shallow, and never checked out."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from articles.importing.sources.git import GitFailed, command, environment, git
from articles.importing.uploads.storage import REPOSITORY, feed_folder
from articles.intake.places import is_address
from articles.models import DocumentFeed, ImportUpload
from articles.processes import private_files

FETCH_SECONDS = 600
FOUND = "refs/newsroom/found"
# Each fetch with news adds a pack: from so many on they are put together, and what no feed needs is deleted.
MOST_PACKS = 40
WORDS = {
    "couldn't find remote ref": "The repository has no such branch.",
    "dubious ownership": "The repository belongs to another user of the server, and git refuses it.",
    "does not appear to be a git repository": "There is no repository.",
    "Could not resolve host": "The repository's server is not found: the network may be away.",
    "File size limit": "The repository is too large.",
}


class Unavailable(Exception):
    """The repository cannot be read; the message says why, in words."""


@dataclass(frozen=True, slots=True)
class Tree:
    """What the branch holds now: the commit, and the hash of the folder that the feed reads."""

    commit: str
    tree: str


def fetch(feed: DocumentFeed) -> Tree:
    """Gets what the branch holds now. Raises Unavailable."""
    repository = feed_folder(feed) / REPOSITORY
    try:
        if not (repository / "HEAD").is_file():
            _begin(repository)
        try:
            _fetch(feed, repository)
        except GitFailed as failure:
            if not _is_ours_that_is_broken(str(failure)):
                raise
            # A process that was killed has left it half written. Nothing of it is not at its origin.
            shutil.rmtree(repository, ignore_errors=True)
            _begin(repository)
            _fetch(feed, repository)
        commit = _line(repository, "rev-parse", "--verify", "--end-of-options", f"{FOUND}^{{commit}}")
        return Tree(commit, _tree(feed, repository, commit))
    except GitFailed as failure:
        raise Unavailable(in_words(str(failure))) from None


def hold(upload: ImportUpload, feed: DocumentFeed) -> None:
    """Keeps the commit of an upload for as long as it waits."""
    _ref(feed, "update-ref", f"refs/held/{upload.pk}", upload.commit)


def tidy(feed: DocumentFeed) -> None:
    """Lets go the commits of uploads that are over, and puts packs together where they are many."""
    repository = feed_folder(feed) / REPOSITORY
    try:
        names = _line(repository, "for-each-ref", "--format=%(refname)", "refs/held").splitlines()
        waiting = {f"refs/held/{upload.pk}" for upload in feed.held.all() if not upload.is_over}
        for name in names:
            if name not in waiting:
                git(repository, "update-ref", "-d", name)
        if len(list((repository / "objects" / "pack").glob("*.pack"))) > MOST_PACKS:
            git(repository, "gc", "--prune=now", "--quiet", settings=["gc.reflogExpire=now"])
    except GitFailed:
        # The next look does it.
        return


def in_words(failure: str) -> str:
    return next((words for sign, words in WORDS.items() if sign in failure), f"Git says: {failure}.")


def _begin(repository: Path) -> None:
    if shutil.which("git") is None:
        raise GitFailed("there is no git on this server")
    private_files.make_folder(repository)
    # Without a template nothing of the system's, such as hooks, is copied into it.
    git(repository, "init", "--bare", "--quiet", "--template=")


def _fetch(feed: DocumentFeed, repository: Path) -> None:
    protocol = feed.location.partition("://")[0] if is_address(feed) else "file"
    branch = f"refs/heads/{feed.branch}" if feed.branch else "HEAD"
    git(
        repository, "fetch", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--force",
        "--quiet", "--end-of-options", feed.location, f"+{branch}:{FOUND}", seconds=FETCH_SECONDS,
        settings=[f"protocol.{protocol}.allow=always"],
    )  # fmt: skip


def _tree(feed: DocumentFeed, repository: Path, commit: str) -> str:
    try:
        return _line(repository, "rev-parse", "--verify", "--end-of-options", f"{commit}:{feed.folder}")
    except GitFailed:
        raise Unavailable(f"The repository has no folder {feed.folder}.") from None


def _ref(feed: DocumentFeed, *words: str) -> None:
    subprocess.run(
        command(feed_folder(feed) / REPOSITORY, *words), env=environment(), check=True, capture_output=True, timeout=60
    )


def _line(repository: Path, *words: str) -> str:
    return git(repository, *words).decode(errors="replace").strip()


def _is_ours_that_is_broken(failure: str) -> bool:
    return any(sign in failure for sign in (".lock", "corrupt", "bad object", "bad pack", "not a git repository: "))
