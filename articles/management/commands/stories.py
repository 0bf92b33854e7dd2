"""manage.py stories: print which articles tell one story, say why, or form all stories anew."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import batched
from pathlib import PurePosixPath
from typing import Any

from django.core.management.base import CommandError

from articles.management.commands_of_ours import OurCommand
from articles.models import Article, StoryMember
from articles.stories.explain import reasons_for
from articles.stories.forming import form, rebuild, suggested_stories


class Command(OurCommand):
    in_background = True
    help = "Print which articles tell one story. Stories of changed articles are formed before."

    def add_arguments(self, parser):
        parser.add_argument("--rebuild", action="store_true", help="form all stories anew first")
        parser.add_argument("--format", choices=["text", "tsv", "json"], default="text", help="of what is printed")
        parser.add_argument("--suggested", action="store_true", help="take what is only suggested for one story, too")
        parser.add_argument(
            "--explain", metavar="PATH", help="of one document: what is in its story or like it, and why"
        )

    def handle(self, *args, **options):
        if options["rebuild"]:
            number = rebuild()
            self.stderr.write(f"The stories of {number:,} articles are formed anew.")
        else:
            form()
        if options["explain"]:
            rows = list(explained(article_at(options["explain"])))
        else:
            rows = list(stories(suggested=options["suggested"]))
        for line in getattr(self, options["format"])(rows):
            self.stdout.write(line)

    @staticmethod
    def tsv(rows: list[dict[str, Any]]) -> Iterator[str]:
        for row in rows:
            yield "\t".join(" ".join(str(value).split()) for value in row.values())

    @staticmethod
    def json(rows: list[dict[str, Any]]) -> Iterator[str]:
        yield json.dumps(rows, ensure_ascii=False, indent=1)

    @staticmethod
    def text(rows: list[dict[str, Any]]) -> Iterator[str]:
        story = None
        for row in rows:
            if row["story"] != story:
                story = row["story"]
                yield f"\nStory {story}" if story else "\nIn no story of these"
            yield f"  {row['date'][:16]}  {row['provider']}  {row['title']}"
            yield f"      {row['path']}  {row['state']}" + (f"  {row['why']}" if "why" in row else "")


def stories(*, suggested: bool) -> Iterator[dict[str, Any]]:
    """Yields the articles of each story, by date. `file` is the last part of the path where no other has the same."""
    found = suggested_stories() if suggested else dict(StoryMember.objects.values_list("pk", "story"))
    rows = Article.objects.select_related("provider").without_payload()
    articles = [row for pks in batched(found, 500, strict=False) for row in rows.filter(pk__in=pks)]
    files = Counter(PurePosixPath(row.path or "").name for row in articles)
    for row in sorted(articles, key=lambda row: (found[row.pk], row.published_at, row.canonical_url)):
        name = PurePosixPath(row.path or "").name
        yield as_row(row, found[row.pk], name if files[name] == 1 else row.path or "")


def explained(article: Article) -> Iterator[dict[str, Any]]:
    story = StoryMember.objects.filter(pk=article.pk).values_list("story", flat=True).first()
    yield as_row(article, story, article.path or "") | {"score": "", "why": "is asked about"}
    for reason in reasons_for(article):
        row = as_row(reason.article, story if reason.is_in_story else None, reason.article.path or "")
        yield row | {"score": round(reason.score, 3), "why": reason.in_words}


def article_at(path: str) -> Article:
    """Returns the article of a document, by its path or, where that is enough, by the end of it."""
    articles = Article.objects.select_related("provider").without_payload()
    found = articles.filter(path=path).first()
    if found is None:
        some = list(articles.filter(path__endswith=f"/{path}")[:2])
        if len(some) != 1:
            raise CommandError(
                f"{len(some) or 'No'} documents have the path {path}{': name its folder' if some else ''}."
            )
        found = some[0]
    return found


def as_row(article: Article, story: int | None, file: str) -> dict[str, Any]:
    return {
        "file": file,
        "story": story or "",
        "path": article.path or "",
        "state": article.state,
        "provider": article.provider.domain,
        "date": article.published_at.isoformat(),
        "title": article.title,
    }
