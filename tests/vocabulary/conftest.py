"""A small site whose providers are merged and renamed."""

import pytest

from articles.importing.runs.run import import_documents
from tests.vocabulary.some import news, write


@pytest.fixture
def site(tmp_path):
    """Two articles of b.example and one of a.example, imported; the links of one lead to b.example too."""
    related = "[{title: Old, webUrl: 'https://b.example/old', provider: {name: B, domain: b.example}}]"
    files = {
        "_news/n1.md": news("one", "b.example", related=related), "_news/n2.md": news("two", "b.example"),
        "_news/n3.md": news("three", "a.example"),
        "_data/organizations/b.md": "---\ntaxonomy: organization\nname: Bee\ndomain: b.example\n---\n",
    }  # fmt: skip
    write(tmp_path / "in", files)
    import_documents([tmp_path / "in"])
    return tmp_path / "in"
