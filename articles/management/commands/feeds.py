"""manage.py feeds: list the feeds of documents, look at them now, add one."""

import sys
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils import timezone

from articles.intake import places, silence
from articles.intake.looking import Look, State, look
from articles.intake.states import states_of
from articles.management.commands_of_ours import LATER, PARTLY, OurCommand
from articles.management.reporting import person
from articles.models import Channel, DocumentFeed, KeptEvent
from articles.tasks import after_import
from articles.vocabulary import writer

EXIT_CODES = (
    "exit codes: 0 all fine, 1 a feed is held or cannot be read, 2 asked for what cannot be, 75 another process is at "
    "work or the database is away, 130 interrupted"
)


class Command(OurCommand):
    in_background = True
    help = f"List the feeds of documents, with their states; with --look, look at them now. {EXIT_CODES}"
    interrupted = "Interrupted: what came in is in; the next look goes on from there."

    def add_arguments(self, parser):
        parser.add_argument(
            "--look", nargs="?", const="", metavar="NAME", help="look at this feed now, or at all that are switched on"
        )
        parser.add_argument("--at", metavar="MOMENT", help="with --look: what counts as now (2021-07-18T12:00+00:00)")
        parser.add_argument("--add", metavar="NAME", help="add a feed, with --kind, --location and --by")
        parser.add_argument("--kind", choices=["folder", "git"])
        parser.add_argument("--location", default="", help="a folder of the server, or the address of a repository")
        parser.add_argument("--branch", default="", help="of the repository; without it its default one")
        parser.add_argument("--folder", default="", help="in the repository; without it all of it")
        parser.add_argument("--prefix", default="", help="stands before each path: partner/")
        parser.add_argument("--minutes", type=int, default=15, help="between two looks (15)")
        parser.add_argument("--preview", action="store_true", help="a person lets each run in")
        parser.add_argument("--by", metavar="USERNAME", help="who is responsible for it")

    def handle(self, *args, look, at, add, **options):
        if add:
            self.add(add, options)
        elif look is None:
            self.list()
        else:
            self.look(look, _moment(at))

    def add(self, name, options):
        if not (options["kind"] and options["by"]):
            raise CommandError("--add goes with --kind, --location and --by.")
        fields = {field: options[field] for field in ("kind", "location", "branch", "folder", "prefix", "minutes")}
        mode = DocumentFeed.Mode.PREVIEW if options["preview"] else DocumentFeed.Mode.AT_ONCE
        by = person(options["by"])
        feed = DocumentFeed(name=name, by=by, mode=mode, **fields)
        try:
            feed.full_clean()
            places.check(feed)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from None
        except places.Refused as refusal:
            raise CommandError(f"--{refusal.field}: {refusal}") from None
        writer.create(feed, by=by, at=writer.Origin(Channel.COMMAND, KeptEvent.Verb.CREATE))
        self.stdout.write(f"added {feed}")

    def list(self):
        for feed, state in states_of(DocumentFeed.objects.all()):
            said = f": {state.says}" if state.says else ""
            self.stdout.write(f"{state.name:<6} {feed} ({feed.kind}, {feed.location or 'by its clients'}){said}")
            self.stdout.write(
                f"       looked at {_when(feed.looked_at)}, next {_when(feed.next_look_at if feed.is_on else None)}, "
                f"last arrival {_when(feed.last_arrival_at)}, {feed.documents:,} documents"
            )

    def look(self, name, now):
        feeds = DocumentFeed.objects.exclude(kind=DocumentFeed.Kind.PUSH)
        chosen = feeds.filter(name=name) if name else feeds.filter(is_on=True)
        if name and not chosen:
            raise CommandError(f"There is no feed {name} that can be looked at.")
        looks = [self.look_at(feed, now) for feed in chosen]
        if any(one.run for one in looks):
            after_import()
        for alert in silence.check(now):
            self.stdout.write(f"silent {alert.feed or alert.provider}: nothing since {_when(alert.since)}")
        states = {one.state for one in looks}
        if states & {State.HELD, State.WAITS, State.PROBLEM}:
            sys.exit(PARTLY)
        if State.BUSY in states:
            sys.exit(LATER)

    def look_at(self, feed: DocumentFeed, now: datetime) -> Look:
        found = look(feed, now=now)
        counts = ", ".join(f"{number:,} {verdict}" for verdict, number in found.run.counts.items()) if found.run else ""
        moving = f"; {found.moving:,} still being written" if found.moving else ""
        said = f": {found.says}" if found.says else ""
        self.stdout.write(f"{feed}: {found.state}{said}{f' ({counts})' if counts else ''}{moving}")
        return found


def _moment(text: str | None) -> datetime:
    if text is None:
        return timezone.now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--at: {text} is no moment such as 2021-07-18T12:00+00:00.") from None
    if moment.tzinfo is None:
        raise CommandError(f"--at: {text} needs its offset, such as {text}+00:00.")
    return moment


def _when(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else "never"
