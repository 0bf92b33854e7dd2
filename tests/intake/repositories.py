"""A repository of documents that a test writes."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.importing.documents_by_hand import write

WHO = {"GIT_AUTHOR_NAME": "Test", "GIT_AUTHOR_EMAIL": "test@mill.example", "GIT_CONFIG_GLOBAL": "/dev/null"}
ENVIRONMENT = WHO | {"GIT_COMMITTER_NAME": "Test", "GIT_COMMITTER_EMAIL": "test@mill.example", "PATH": "/usr/bin:/bin"}


class Repository:
    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=self.folder, env=ENVIRONMENT, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, files: dict[str, str | bytes] | None = None, *words: str) -> str:
        write(self.folder, files or {})
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--allow-empty", "--message=a commit", *words)
        return self.git("rev-parse", "HEAD")
