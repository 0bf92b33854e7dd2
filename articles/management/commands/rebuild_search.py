from articles.management.commands_of_ours import OurCommand
from articles.models import titles
from articles.public.search import rebuild


class Command(OurCommand):
    in_background = True
    help = "Make the indexes of the search anew. The database keeps them in step by itself; this is for after a repair."

    def handle(self, *args, **options):
        count = rebuild()
        titles.rebuild()
        if options["verbosity"]:
            self.stdout.write(f"{count:,} articles can be searched.")
