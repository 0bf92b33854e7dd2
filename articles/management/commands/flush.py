from django.core.management.commands import flush
from django.db import connections

from articles import editions
from articles.models.append_only import lifted


class Command(flush.Command):
    help = flush.Command.help + " The log goes too: it is kept against every hand but this one."

    def handle(self, **options):
        with lifted(connections[options["database"]]):
            super().handle(**options)
        editions.new()
