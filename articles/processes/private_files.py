"""Files and folders that only the user of the server may read, whatever its umask."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, Any

FILE, FOLDER = 0o600, 0o700


def make_folder(folder: Path) -> None:
    """Creates the folder and those above it that are missing, for us alone."""
    for one in (*reversed(folder.parents), folder):
        try:
            one.mkdir(mode=FOLDER)
        except OSError:
            if not one.is_dir():
                raise


def open_file(path: Path, mode: str) -> IO[Any]:
    """Opens a file to write; one that it creates is for us alone. `mode` as for `open`."""
    return open(path, mode, opener=lambda name, flags: os.open(name, flags, FILE))


def write_text(path: Path, text: str) -> None:
    with open_file(path, "w") as file:
        file.write(text)
