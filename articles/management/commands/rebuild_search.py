from django.core.management.base import BaseCommand

from articles.models import titles
from articles.public.search import rebuild


class Command(BaseCommand):
    help = "Make the indexes of the search anew. The database keeps them in step by itself; this is for after a repair."

    def handle(self, *args, **options):
        count = rebuild()
        titles.rebuild()
        if options["verbosity"]:
            self.stdout.write(f"{count:,} articles can be searched.")
