"""Documents that tests write themselves."""

from pathlib import Path

FRONT = {
    "title": '"A title"',
    "publishedDateTime": "2020-06-11T19:19:00Z",
    "webUrl": '"https://news.example/a"',
    "provider": "{name: News, domain: news.example}",
}


def document(body: str = "", **fields: str | None) -> str:
    """A valid document; a field given as None is left out, another is added as YAML."""
    front = {name: value for name, value in (FRONT | fields).items() if value is not None}
    return "---\n" + "".join(f"{name}: {value}\n" for name, value in front.items()) + f"---\n{body}"


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
