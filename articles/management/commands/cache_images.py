"""manage.py cache_images: make our own copies of the images of articles, which readers then get from our site."""

from django.conf import settings
from django.utils import timezone

from articles.images import copies
from articles.images.fetching import RULES
from articles.management.commands_of_ours import OurCommand
from articles.models import Image


def at_least_1(text):
    if (number := int(text)) < 1:
        raise ValueError
    return number


class Command(OurCommand):
    in_background = True
    help = (
        "Make our own copies of the pictures of visible and pending articles and of their providers. "
        "What fails is tried again after an hour, a day and a week, and then given up."
    )
    # For tests only: the limits of fetching are no option of the command line.
    stealth_options = ("rules",)

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=at_least_1, metavar="N", help="try N pictures at most")
        parser.add_argument("--retry", action="store_true", help="try what failed again, also what was given up")
        parser.add_argument("--prune", action="store_true", help="also delete copies that no picture has any more")

    def handle(self, *args, **options):
        if settings.REMOTE_IMAGES == "off":
            self.stdout.write("NEWSROOM_REMOTE_IMAGES is off: only uploaded pictures get a copy")
        if options["retry"]:
            copies.ask_again(Image.objects.filter(fetch_failures__gt=0))
        made = failed = 0
        for image in copies.make_copies(limit=options["limit"], rules=options.get("rules", RULES)):
            if image.fetch_problem:
                failed += 1
                self.stdout.write(f"{image.url}: {image.fetch_problem} {self.next_try(image)}")
            else:
                made += 1
        self.stdout.write(f"{made:,} cop{'y' if made == 1 else 'ies'} made, {failed:,} failed")
        if options["prune"]:
            count = copies.prune()
            self.stdout.write(f"{count:,} unused file{'' if count == 1 else 's'} deleted")

    def next_try(self, image):
        if image.fetch_at is None:
            return "Given up."
        return f"Next try {timezone.localtime(image.fetch_at):%Y-%m-%d %H:%M}."
