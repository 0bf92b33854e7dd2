"""The storage of static files: hashed and compressed, with the imports of style sheets inlined."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(rb'^@import "([\w-]+\.css)";$', re.MULTILINE)


class WholeStyleSheets(CompressedManifestStaticFilesStorage):
    """Replaces each `@import "NAME.css";` by the content of that file, so that a page loads one style sheet.

    The imports of scripts get the names with the hash, so that a browser never mixes two versions.
    """

    support_js_module_import_aggregation = True

    def post_process(
        self, paths: dict[str, tuple[Storage, str]], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        whole = {name: (WithImports(source), path) for name, (source, path) in paths.items()}
        return super().post_process(whole, dry_run, **options)


class WithImports:
    """A storage of source files whose style sheets contain the files that they import."""

    def __init__(self, source: Storage) -> None:
        self.source = source

    def open(self, path: str) -> File:
        if not path.endswith(".css"):
            return self.source.open(path)
        folder = posixpath.dirname(path)
        return ContentFile(
            IMPORT.sub(lambda found: self._read(posixpath.join(folder, found[1].decode())), self._read(path))
        )

    def _read(self, path: str) -> bytes:
        with self.source.open(path) as file:
            return file.read()
