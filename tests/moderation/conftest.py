import pytest

from articles.models import Reason
from articles.moderation import Why


@pytest.fixture
def why(db):
    return Why(Reason.objects.get(slug="wrong"), "The study says the opposite.")
