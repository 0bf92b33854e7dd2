"""Articles of which an editor and the source disagree."""

from pathlib import Path

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article
from tests.importing.documents_by_hand import document, write

DESK = moderation.Context()


def make_disputed(folder: Path, by, number=1, *, ours=None, theirs=None, reviewed=True) -> list[Article]:
    """Import articles, let the person decide and change them, and import what the source says by now.

    `ours` are fields as `moderation.apply` takes them, `theirs` as documents write them. Reviewed articles are
    published, and wait for nothing else.
    """
    ours, theirs = ours or {"heat": 40}, theirs or {"heat": "55"}
    import_documents([write(folder, _documents(number))])
    for article in Article.objects.filter(path__startswith="disputed/"):
        if reviewed:
            moderation.publish(article, by=by, version=article.version)
        moderation.apply(article, by=by, version=article.version, at=DESK, **ours)
    import_documents([write(folder, _documents(number, **theirs))])
    return list(Article.objects.filter(path__startswith="disputed/").order_by("path"))


def _documents(number: int, **fields: str) -> dict[str, str | bytes]:
    return {
        f"disputed/{n:03}.md": document(
            **{"title": f"Harbour {n:03}", "webUrl": f"https://news.example/{n}", "heat": "10", "quality": "5"} | fields
        )
        for n in range(number)
    }
