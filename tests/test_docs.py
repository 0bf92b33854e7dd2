"""What README, CONTRIBUTING and docs say of the code is so."""

import re
from pathlib import Path
from pydoc import locate

import pytest

from tests.conftest import ROOT

PAPERS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FOLDERS = ("articles", "providers", "newsroom", "templates", "seeds", "tests", "docs", "benchmarks", ".ci")
SPAN, LINK = re.compile(r"`([^`\n]+)`"), re.compile(r"\]\((?!https?://|#)([^)#]+)")
PATH = re.compile(
    rf"(?<![\w/.-])(?:(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./-]*|[\w-]+\.(?:py|md|toml|lock))(?![\w/*<…-])"
)
NAME = re.compile(r"(?<![\w/.-])(?:articles|providers|newsroom)(?:\.\w+)+")


def named_in(text: str) -> tuple[set[str], set[str]]:
    """Paths of the project, and dotted names of its code, in the code spans of a text and as targets of its links."""
    spans = " ".join(SPAN.findall(text))
    paths = {found.rstrip(".") for found in PATH.findall(spans)}
    return paths | set(LINK.findall(text)), set(NAME.findall(spans)) - paths


def is_there(path: str, paper: Path) -> bool:
    """A path from the top of the project or from the paper; a bare file name may stand anywhere in the project."""
    anywhere = "/" not in path and any(found for folder in FOLDERS for found in (ROOT / folder).rglob(path))
    return anywhere or (ROOT / path).exists() or (paper.parent / path).exists()


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_all_that_a_paper_names_is_there(paper):
    paths, names = named_in(paper.read_text())

    missing = [path for path in sorted(paths) if not is_there(path, paper)]
    missing += [name for name in sorted(names) if locate(name) is None]

    assert missing == []


def test_the_sweep_above_finds_paths_and_names():
    text = (
        "`articles/links.py`, [a page](docs/none.md), `manage.py demo`, [out](https://x.example/a.py), `/desk/x`, "
        "`articles.none`"
    )

    assert named_in(text) == ({"articles/links.py", "docs/none.md", "manage.py"}, {"articles.none"})
