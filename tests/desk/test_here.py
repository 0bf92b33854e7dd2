"""What staff are offered on the public page that they read."""

import re

import pytest
from django.contrib.auth.models import Group

from articles import moderation
from articles.models import ArticleOldSlug, Reason
from tests.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db


def asked(client, path: str):
    return client.get("/desk/here/", {"path": path})


def links(answer) -> dict[str, str]:
    return {name: address for address, name in re.findall(r'<a href="([^"]*)">([^<]*)', answer.text)}


def says(answer) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", answer.text.partition("<p>")[2].partition("</p>")[0]).split())


def test_an_editor_is_led_from_an_article_to_its_page_at_the_desk(client, editor):
    article = make_article(published=True, slug="seen", reviewed_by=editor)
    client.force_login(editor)

    answer = asked(client, "/articles/seen/")

    assert says(answer) == "Published"
    assert links(answer) == {
        "Edit": f"/desk/articles/{article.pk}/",
        "Withdraw…": f"/desk/articles/{article.pk}/#id_withdraw-reason",
        "Desk": "/desk/",
    }


def test_an_article_that_waits_says_why(client, moderator):
    article = make_article(published=True, slug="seen")
    client.force_login(moderator)

    live = asked(client, "/articles/seen/")
    moderation.flag(article, why="Is it true?", by=moderator, version=article.version)
    flagged = asked(client, "/articles/seen/")

    assert (says(live), says(flagged)) == (
        "Live, not reviewed · In the queue",
        "Live, not reviewed · In the queue: flagged by a colleague",
    )
    assert links(live)["In the queue"] == f"/desk/queue/?item={article.pk}"
    assert links(live)["Open at the desk"] == f"/desk/articles/{article.pk}/"


def test_where_readers_see_nothing_staff_are_led_to_the_preview(client, moderator):
    withdrawn = make_article(published=True, slug="gone")
    moderation.withdraw(
        withdrawn, by=moderator, version=withdrawn.version, why=moderation.Why(Reason.objects.first(), "")
    )
    ArticleOldSlug.objects.create(article=withdrawn, slug="once")
    client.force_login(moderator)

    answers = [asked(client, path) for path in ("/articles/gone/", "/articles/once/")]

    assert [says(answer) for answer in answers] == ["Withdrawn, not visible to readers"] * 2
    assert [links(answer)["Preview"] for answer in answers] == [f"/desk/articles/{withdrawn.pk}/preview/"] * 2
    assert "Withdraw…" not in links(answers[0])


def test_topics_and_providers_lead_editors_to_the_admin(client, editor, moderator, importer):
    topic, provider = make_topic("Energy"), make_provider()
    found = {}
    for user in (editor, moderator, importer):
        client.force_login(user)
        found[user.username] = [links(asked(client, page.get_absolute_url())).get("Edit") for page in (topic, provider)]

    assert found["editors"] == [
        f"/admin/articles/topic/{topic.pk}/change/",
        f"/admin/providers/provider/{provider.pk}/change/",
    ]
    assert found["moderators"] == found["importers"] == [None, None]


@pytest.mark.parametrize(
    "path", ["", "/", "/latest/", "/nowhere/", "/articles/never-was/", "/articles/a\0b/", "//evil.example/", "x" * 9000]
)
def test_any_other_page_leads_to_the_desk(client, editor, path):
    client.force_login(editor)

    answer = asked(client, path)

    assert (answer.status_code, links(answer)) == (200, {"Desk": "/desk/"})


def test_importers_are_told_nothing_of_an_article(client, importer):
    make_article(slug="hidden")
    client.force_login(importer)

    assert says(asked(client, "/articles/hidden/")) == says(asked(client, "/")) == "Logged in"


def test_it_is_kept_by_nobody_and_asks_a_stranger_to_log_in(client, editor):
    assert asked(client, "/").url.startswith("/desk/login/")
    client.force_login(editor)

    assert asked(client, "/")["Cache-Control"] == "private, no-store"
    editor.groups.remove(Group.objects.get(name="Editors"))
    assert asked(client, "/").status_code == 200
