"""What the desk's page of one article shows to whom, and what its fields offer."""

import re

import pytest

from articles.importing.runs.run import import_documents
from articles.models import Article, Event
from tests.desk.article.page import page_of
from tests.factories import make_article, make_image, make_provider, make_topic
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db

# Reading


def test_a_moderator_reads_the_page_and_is_offered_no_form_of_editors(client, moderator):
    article = make_article(title="A title", related=[{"title": "A link"}], images=[make_image()])
    client.force_login(moderator)

    answer = client.get(page_of(article))

    assert answer.status_code == 200
    assert "A link" in answer.text
    for word in ('id="text"', "related-sent", "images-sent", 'id="schedule"', "/delete/", "/pin/", "/adopt/"):
        assert word not in answer.text


@pytest.mark.parametrize("part", ["pin", "adopt", "restore", "delete"])
def test_editing_is_for_editors_by_post_and_on_a_version(client, make_user, part):
    article = make_article()
    address = page_of(article, f"{part}/")
    answers = {}

    answers["stranger"] = client.post(address, {"version": 1}).status_code
    for role in ("Importers", "Moderators", "Editors"):
        client.force_login(make_user(role))
        answers[role] = client.post(address, {"version": 1}).status_code
        answers[f"{role} by GET"] = client.get(address).status_code
        answers[f"{role} without a version"] = client.post(address).status_code
        answers[f"{role} with a version that never was"] = client.post(address, {"version": 7}).status_code

    allowed = answers.pop("Editors")
    assert allowed in ((302,) if part not in ("adopt", "restore", "delete") else (200, 422))
    assert answers == {
        "stranger": 302,
        **dict.fromkeys(("Importers", "Moderators"), 403),
        **{f"{role} by GET": 405 for role in ("Importers", "Moderators", "Editors")},
        **{f"{role} without a version": 403 for role in ("Importers", "Moderators")},
        **{f"{role} with a version that never was": 403 for role in ("Importers", "Moderators")},
        "Editors without a version": 422,
        "Editors with a version that never was": 409,
    }
    assert not Event.objects.exists()


@pytest.mark.parametrize("sent", [{"title": "New"}, {"related-sent": "1"}, {"images-sent": "1"}, {"expires_at": ""}])
def test_of_the_one_form_a_moderator_sends_scores_and_words_for_colleagues_only(client, make_user, sent):
    article = make_article(title="Old")
    client.force_login(make_user("Moderators"))

    refused = client.post(page_of(article), {"version": 1, **sent}).status_code
    taken = client.post(page_of(article), {"version": 1, "heat": "7", "quality": "0", "notes": "Ask them"}).status_code

    article.refresh_from_db()
    assert (refused, taken, article.title, article.heat, article.notes) == (403, 302, "Old", 7, "Ask them")


@pytest.mark.parametrize(("version", "status"), [("", 422), ("7", 409), ("9" * 30, 422)])
def test_the_form_says_on_which_version_it_was_filled_in(desk, version, status):
    article = make_article(title="Old")

    assert desk.post(page_of(article), {"version": version, "title": "New"}).status_code == status
    assert not Event.objects.exists()


def test_the_page_asks_as_often_for_one_link_as_for_fifty(desk, django_assert_num_queries):
    articles = [make_article(images=[make_image()], topics=[make_topic()]) for _ in range(3)]
    few = make_article(related=[{}], images=[make_image()], topics=[make_topic()])
    many = make_article(
        related=[{"target": articles[n % 3]} for n in range(50)],
        images=[make_image() for _ in range(9)],
        topics=[make_topic() for _ in range(9)],
    )
    desk.get(page_of(few))

    for article in (few, many):
        with django_assert_num_queries(16):
            assert desk.get(page_of(article)).status_code == 200


def test_secured_and_source_are_shown_nowhere(desk, tmp_path):
    secret = "c2VjcmV0IHNlY3JldA==;AAAAAAAAAAAAAAAAAAAAAA=="
    import_documents([write(tmp_path, {"a.md": document(secured=f'"{secret}"')})])
    article = Article.objects.get()
    assert article.secured == secret

    for part in ("", "history/", "preview/"):
        assert "c2VjcmV0" not in desk.get(page_of(article, part)).text


def test_the_preview_shows_a_hidden_article_as_readers_would_see_it(client, moderator):
    article = make_article(title="Not yet out", excerpt="A standfirst")
    client.force_login(moderator)

    answer = client.get(page_of(article, "preview/"))

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert "public/article/article.html" in [t.name for t in answer.templates]
    assert "Readers do not see this article: it is pending" in answer.text
    assert "noindex" in answer.text
    assert client.get(article.get_absolute_url()).status_code == 404


# What fields offer


def test_names_are_offered_to_editors_while_they_type(desk, client, moderator):
    make_topic("Politics")
    make_topic("World politics")
    make_provider(domain="acme.example", name="The Acme")

    offered = [desk.get(f"/desk/{kind}/search/?q={q}").json()["offered"] for kind, q in
               (("topics", "poli"), ("providers", "acme"), ("topics", "\x00"))]  # fmt: skip

    assert [[one["value"] for one in found] for found in offered[:2]] == [
        ["Politics", "World politics"],
        ["acme.example"],
    ]
    client.force_login(moderator)
    assert client.get("/desk/topics/search/?q=p").status_code == 403


def test_no_address_of_the_page_is_kept_by_anyone(desk):
    article = make_article()

    for part in ("", "history/", "preview/"):
        assert desk.get(page_of(article, part))["Cache-Control"] == "private, no-store"
    assert re.search("no-store", desk.get("/desk/articles/search/?q=a")["Cache-Control"])
