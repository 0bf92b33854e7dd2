import pytest
from django.urls import reverse

from articles.models import Rule
from tests.rules.some import make_rule

pytestmark = pytest.mark.django_db
GOOD = {"name": "Good", "quality_min": "70", "do": "publish", "mode": "on", "second_look": "10"}


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def page(rule: Rule) -> str:
    return reverse("desk_rule", args=[rule.pk])


def test_the_list_says_what_each_rule_does(desk, editor):
    make_rule(editor, {"quality_min": 70})

    answer = desk.get(reverse("desk_rules"))

    assert [row["words"] for row in answer.context["rows"]] == ["quality ≥ 70 → publish"]
