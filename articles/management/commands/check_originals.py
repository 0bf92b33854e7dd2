"""manage.py check_originals: ask whether the originals of articles that readers see are still there."""

from articles.management.commands_of_ours import OurCommand
from articles.originals.checking import BATCH, check_originals


class Command(OurCommand):
    in_background = True
    help = "Ask gently whether the originals of published articles are still there: those whose turn it is."

    interrupted = "Interrupted: what was found so far is kept."

    def add_arguments(self, parser):
        parser.add_argument(
            "--limit", type=int, default=BATCH, metavar="N", help=f"originals at most (default {BATCH})"
        )

    def handle(self, *args, limit, **options):
        counts = {"alive": 0, "dead": 0, "unknown": 0}
        for check in check_originals(max(limit, 0)):
            counts[check.result] += 1
            if check.problem:
                self.stdout.write(f"{check.result}: {check.url}: {check.problem}")
        self.stdout.write(", ".join(f"{number} {result}" for result, number in counts.items()))
