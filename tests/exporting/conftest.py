import pytest

from articles.importing.runs.run import import_documents
from articles.models import Article
from tests.exporting.documents import DOCUMENT
from tests.importing.documents_by_hand import write


@pytest.fixture(params=["\n", "\r\n"], ids=["LF", "CRLF"])
def imported(request, tmp_path) -> Article:
    raw = DOCUMENT.replace("\n", request.param).encode()
    import_documents([write(tmp_path / "in", {"_news/a.md": raw})])
    article = Article.objects.get()
    article.raw, article.newline = raw, request.param
    return article
