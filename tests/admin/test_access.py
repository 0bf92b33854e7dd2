"""What tests/access_matrix.tsv does not say of the admin: a decision, sent by hand, and addresses written by hand."""

import pytest
from django.urls import reverse

from articles import moderation
from articles.models import Article
from tests.factories import make_article


@pytest.mark.parametrize("role", ["", "Importers", "Moderators", "Editors", "superuser"])
def test_deciding_is_a_post_of_those_who_may(client, make_user, role):
    article = make_article()
    moderation.score(article, by=make_user("superuser", username="boss"), version=1, heat=3)
    if role:
        client.force_login(make_user(role))
    decide = reverse("admin:articles_article_cells")
    row = f"row-{article.pk}"
    seen = {f"{row}-seen_quality": 0, f"{row}-quality": 0, f"{row}-seen_heat": 3, f"{row}-heat": 3}
    sent = {f"{row}-published": "on", f"{row}-do": "on"} | seen

    answers = [
        client.get(decide).status_code,
        client.post(decide, sent).status_code,
        client.post(decide, sent | {f"{row}-version": 1}).status_code,
        client.post(decide, sent | {f"{row}-version": 2}).status_code,
    ]

    may_not = {"": [405, 302, 302, 302], "Importers": [405, 403, 403, 403]}
    assert answers == may_not.get(role, [405, 422, 409, 302])
    assert Article.objects.get().published is (role not in may_not)


@pytest.mark.parametrize(
    "address",
    [
        "/admin/articles/event/?at__year=" + "9" * 20,
        "/admin/articles/importrun/?started_at__year=" + "9" * 20,
        "/admin/articles/event/?verb=%00",
        "/admin/articles/importfile/?run=" + "9" * 30,
        "/admin/articles/topic/?id__in=" + "9" * 30,
        "/admin/providers/provider/?id__in=" + "9" * 30,
        "/admin/articles/image/?id__in=" + "9" * 30,
    ],
)
def test_a_list_whose_address_was_written_by_hand_breaks_no_page(client, make_user, address):
    client.force_login(make_user("superuser"))

    response = client.get(address, follow=True)

    assert response.status_code in (200, 400)
