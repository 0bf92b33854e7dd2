import pytest
from django.core.management import call_command

from articles.models import Article
from articles.models.ranking import rank
from tests.factories import make_article


@pytest.mark.django_db
def test_ranks_follow_a_new_half_life(settings, capsys):
    article = make_article(heat=8)
    settings.FRONT_HALF_LIFE = 48

    call_command("rank_articles")

    assert Article.objects.get().rank == rank(8, article.published_at)
    assert capsys.readouterr().out == "1 articles ranked\n"
