from django.core.management.base import BaseCommand

from articles.public.search import rebuild


class Command(BaseCommand):
    help = "Make the index of the search anew. The database keeps it in step by itself; this is for after a repair."

    def handle(self, *args, **options):
        count = rebuild()
        if options["verbosity"]:
            self.stdout.write(f"{count:,} articles can be searched.")
