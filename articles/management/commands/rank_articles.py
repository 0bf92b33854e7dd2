"""manage.py rank_articles: compute all ranks again, after NEWSROOM_HALF_LIFE_HOURS has changed."""

from itertools import batched

from django.db import transaction

from articles import editions
from articles.importing.saving.rows import update_rows
from articles.management.commands_of_ours import OurCommand
from articles.models import Article
from articles.models.ranking import rank


class Command(OurCommand):
    in_background = True
    help = "Compute the rank of every article anew: needed only after NEWSROOM_HALF_LIFE_HOURS has changed."

    def handle(self, *args, **options):
        count = 0
        for pks in batched(Article.objects.order_by("pk").values_list("pk", flat=True).iterator(), 2000, strict=False):
            with transaction.atomic():
                rows = Article.objects.select_for_update().filter(pk__in=pks).values_list("heat", "published_at", "pk")
                count += len(rows)
                update_rows(Article, ("rank",), [[rank(heat, published_at), pk] for heat, published_at, pk in rows])
        editions.new()
        self.stdout.write(f"{count:,} articles ranked")
