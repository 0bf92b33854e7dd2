"""Our static files as production serves them."""

from pathlib import Path

from django.core.files.storage import FileSystemStorage

from newsroom.static_files import WholeStyleSheets

STATIC = Path(__file__).parents[1] / "newsroom" / "static"


def collect(folder: Path) -> dict[str, Path]:
    """Collect our own files into `folder`; the path of each by its name."""
    source = FileSystemStorage(STATIC)
    names = [path.name for path in STATIC.iterdir()]
    for name in names:
        (folder / name).write_bytes((STATIC / name).read_bytes())
    storage = WholeStyleSheets(location=folder, base_url="/static/")
    results = list(storage.post_process({name: (source, name) for name in names}))
    assert [result for *_, result in results if isinstance(result, Exception)] == []
    return {name: folder / storage.hashed_files[storage.hash_key(name)] for name in names}
