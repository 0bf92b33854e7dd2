"""manage.py export_articles DIR: write the documents of articles; untouched ones are byte for byte as imported."""

import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.dateparse import parse_date, parse_datetime

from articles.documents.messages import printable
from articles.exporting.places import PlaceRefused, place
from articles.exporting.run import export_documents
from articles.management.commands_of_ours import PARTLY, OurCommand
from articles.models import Article, Category, State, Topic, Type
from providers.models import Provider, domain_in_use


class Command(OurCommand):
    in_background = True
    help = (
        "Write the documents of articles, `secured` included: byte for byte as they were imported where nobody touched "
        "them, else with the touched fields changed. Who reviewed what, dates of publication and hidden links are in "
        "no document: they live in the database and its backup. Exit codes: 0 all written, 1 some not written."
    )

    def add_arguments(self, parser):
        parser.add_argument("directory", nargs="?", type=Path, metavar="DIR", help="a new or empty folder")
        parser.add_argument("--archive", type=Path, metavar="FILE", help="a .zip or .tar.gz instead of a folder")
        parser.add_argument("--overwrite", action="store_true", help="write into a folder or archive that is there")
        parser.add_argument("--taxonomies", action="store_true", help="the documents of providers and topics too")
        parser.add_argument("--touched", action="store_true", help="only what differs from the imported document")
        parser.add_argument("--state", choices=State.values)
        parser.add_argument("--type", choices=Type.values)
        parser.add_argument("--category", choices=Category.values)
        parser.add_argument("--provider", metavar="DOMAIN")
        parser.add_argument("--topic", metavar="SLUG")
        parser.add_argument("--since", type=moment, metavar="DATE", help="publishedDateTime, in UTC, inclusive")
        parser.add_argument("--until", type=end_of, metavar="DATE", help="the same; a date includes its whole day")

    def handle(self, *args, directory, archive, overwrite, taxonomies, touched, **options):
        articles = filtered_articles(options)
        counts: Counter[str] = Counter()
        try:
            with place(directory, archive, overwrite=overwrite) as target:
                for one in export_documents(articles, target, only_touched=touched, taxonomies=taxonomies):
                    counts["not written" if one.problem else "as imported" if one.untouched else "changed"] += 1
                    if one.problem:
                        path = one.path if one.path.isprintable() else printable(one.path, 500)
                        self.stderr.write(f"{path}: {one.problem}")
        except PlaceRefused as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as error:
            raise CommandError(f"{error.filename or archive or directory}: {error.strerror}") from None
        summary = ", ".join(f"{count:,} {outcome}" for outcome, count in counts.items())
        self.stdout.write(f"{counts.total():,} documents: {summary or 'none chosen'}")
        if counts["not written"]:
            sys.exit(PARTLY)


def filtered_articles(options):
    """The articles that match the options. An unknown provider or topic is an error, not an empty export."""
    conditions = {name: options[name] for name in ("state", "type", "category") if options[name]}
    if options["provider"]:
        providers = Provider.objects.filter(domain=domain_in_use(options["provider"].lower()))
        conditions["provider"] = only_row(providers, "provider", options)
    if options["topic"]:
        conditions["topics"] = only_row(Topic.objects.filter(slug=options["topic"]), "topic", options)
    if options["since"]:
        conditions["published_at__gte"] = options["since"]
    if options["until"]:
        conditions["published_at__lte"] = options["until"]
    return Article.objects.filter(**conditions)


def only_row(rows, name, options):
    row = rows.first()
    if row is None:
        raise CommandError(f"There is no {name} {printable(options[name])}.")
    return row


def moment(text):
    value = parse_datetime(text) or parse_date(text)
    if value is None:
        raise ValueError(text)
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - UTC follows
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def end_of(text):
    """The moment, or the end of the day if the text is a date."""
    whole_day = parse_date(text) if len(text) <= len("2020-01-01") else None
    return moment(text) + (timedelta(days=1, microseconds=-1) if whole_day else timedelta())
