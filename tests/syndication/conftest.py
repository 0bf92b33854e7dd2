import json

import pytest

from articles import editions, moderation
from articles.importing.runs.run import import_documents
from articles.models import Article
from tests.syndication.upstream_pages import FRONT


@pytest.fixture
def site(tmp_path, editor):
    """Imports documents (path → what they say otherwise; None: not at all) and publishes them."""

    def make(documents: dict[str, dict]) -> None:
        for path, changes in documents.items():
            front = {key: value for key, value in (FRONT | changes).items() if value is not None}
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front.items()]
            file.write_text("\n".join(["---", *lines, "---", ""]))
        report = import_documents([tmp_path])
        assert report.exit_code == 0, report.counts
        for article in Article.objects.filter(published=False):
            moderation.publish(article, by=editor, version=article.version)
        editions.new()

    return make
