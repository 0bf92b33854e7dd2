"""Actions on selected articles: they lead to the desk's preview."""

import pytest
from django.urls import reverse

from articles import moderation
from articles.models import Article, Event, Reason, Tombstone
from tests.admin.article_list.rows import LIST, facts
from tests.desk.bulk.preview import CONFIRM, confirm, left
from tests.factories import make_article


def act(client, name: str, *articles: Article, query="", **more):
    """The page to which an action leads."""
    sent = {f"row-{article.pk}-version": article.version for article in articles}
    return client.post(
        LIST + query,
        {"action": name, "index": 0, "_selected_action": [a.pk for a in articles], "select_across": 0} | sent | more,
        follow=True,
    )


def test_publish_selected_publishes_each_in_one_batch(desk):
    articles = make_article(), make_article()

    page = act(desk, "publish_selected", *articles)
    assert [facts(a)[0] for a in articles] == [False, False]
    response = confirm(desk, page)

    assert (page.status_code, response.status_code) == (200, 302)
    assert page.redirect_chain[0][0].startswith("/desk/bulk/selection/?action=publish&selected=")
    assert [facts(a)[0] for a in articles] == [True, True]
    assert set(Event.objects.values_list("verb", "channel")) == {("publish", "bulk")}
    assert Event.objects.values("batch").distinct().count() == 1


def test_an_action_leads_back_to_the_list_as_it_was_narrowed(desk):
    page = act(desk, "publish_selected", make_article(), query="?state=pending&o=-1")

    assert page.context["next"] == LIST + "?state=pending&o=-1"
    assert f'href="{LIST}?state=pending&amp;o=-1"' in page.text


def test_an_action_refuses_the_row_that_changed_since_the_list_was_seen(desk, other):
    fresh, stale = make_article(title="Fresh"), make_article(title="Stale")
    moderation.score(Article.objects.get(pk=stale.pk), by=other, version=1, heat=3)

    page = act(desk, "publish_selected", fresh, stale)
    response = confirm(desk, page)

    assert left(page) == {"Stale": "It has been changed since you saw it, last by colleague (score)."}
    assert response.status_code == 302
    assert (facts(fresh)[0], facts(stale)[0]) == (True, False)


def test_an_action_refuses_the_row_that_changed_since_the_preview(desk, other):
    fresh, stale = make_article(), make_article(title="Stale")
    page = act(desk, "publish_selected", fresh, stale)
    moderation.score(Article.objects.get(pk=stale.pk), by=other, version=1, heat=3)

    response = confirm(desk, page)

    assert [(row.title, row.why) for row in response.context["refused"]] == [
        ("Stale", "Has been changed since you opened it.")
    ]
    assert (facts(fresh)[0], facts(stale)[0]) == (True, False)


def test_an_action_tells_of_a_row_that_left_the_filter_meanwhile(desk, other):
    article = make_article(title="Faster")
    moderation.publish(Article.objects.get(), by=other, version=1)

    page = act(desk, "publish_selected", article, query="?state=pending")

    assert left(page) == {"Faster": "It has been changed since you saw it, last by colleague (publish)."}
    assert (page.context["number"], page.context["total"]) == (0, 1)


def test_an_action_without_versions_is_refused(desk):
    article = make_article()

    response = desk.post(
        LIST, {"action": "publish_selected", "index": 0, "_selected_action": [article.pk]}, follow=True
    )

    assert response.status_code == 422
    assert facts(article)[0] is False


@pytest.mark.parametrize(
    ("action", "verb", "published"), [("reject_selected", "reject", False), ("withdraw_selected", "withdraw", True)]
)
def test_reject_and_withdraw_selected_ask_for_a_reason(desk, action, verb, published):
    articles = [make_article(published=published) for _ in range(3)]

    pages = act(desk, action, *articles[:2]), act(desk, action, articles[2])
    refused = confirm(desk, pages[0], note="Because.")
    assert not Event.objects.exists()
    responses = confirm(desk, pages[0], reason="off-topic"), confirm(desk, pages[1], reason="duplicate")

    assert [page.status_code for page in pages] == [200, 200]
    assert (refused.status_code, "Because." in refused.text) == (422, True)
    assert [response.status_code for response in responses] == [302, 302]
    assert dict(Event.objects.filter(verb=verb).values_list("article", "reason__slug")) == {
        articles[0].pk: "off-topic",
        articles[1].pk: "off-topic",
        articles[2].pk: "duplicate",
    }


def test_a_row_that_changed_is_told_before_a_reason_is_asked_for(desk, other):
    fresh, stale = make_article(title="Fresh"), make_article(title="Stale")
    moderation.score(Article.objects.get(pk=stale.pk), by=other, version=1, heat=3)

    page = act(desk, "reject_selected", fresh, stale)

    assert [article.title for article in page.context["first"]] == ["Fresh"]
    assert list(left(page)) == ["Stale"]
    assert 'name="reason"' in page.text


def test_what_is_not_ticked_is_dropped(desk):
    ticked, other = make_article(), make_article()

    confirm(desk, act(desk, "reject_selected", ticked), reason="off-topic")

    assert list(Event.objects.values_list("article", flat=True)) == [ticked.pk]
    assert facts(other)[3] == 1


def test_an_action_on_nothing_changes_nothing(desk):
    make_article()

    page = act(desk, "reject_selected")

    assert "Items must be selected" in page.text
    assert not Event.objects.exists()


def test_scores_are_set_over_a_selection(desk):
    articles = make_article(quality=1, heat=1), make_article(quality=2, heat=2)
    page = act(desk, "score_selected", *articles)

    refused = confirm(desk, page)
    response = confirm(desk, page, heat="80")

    assert (page.status_code, refused.status_code, response.status_code) == (200, 422, 302)
    assert [facts(a)[1:3] for a in articles] == [(1, 80), (2, 80)]


def test_reopen_selected_says_which_cannot_be(desk):
    article = make_article(title="Waiting")

    page = act(desk, "reopen_selected", article)

    assert page.context["number"] == 0
    assert left(page) == {"Waiting": "Nobody has decided on “Waiting” yet."}


def test_delete_selected_leaves_a_tombstone(client, other):
    client.force_login(other)
    article = make_article()

    page = act(client, "delete_selected", article)
    assert Article.objects.exists()
    response = confirm(client, page)

    assert (page.status_code, response.status_code) == (200, 302)
    assert "It cannot be undone." in page.text
    assert not Article.objects.exists()
    assert Tombstone.objects.get().path == article.path
    assert client.get(response.url).context["undoable"] is False


def test_deleting_one_asks_and_leaves_a_tombstone(client, other):
    client.force_login(other)
    article = make_article()

    page = client.get(reverse("admin:articles_article_delete", args=[article.pk]), follow=True)
    assert Article.objects.exists()
    response = confirm(client, page)

    assert (page.status_code, response.status_code) == (200, 302)
    assert Tombstone.objects.get().title == article.title


@pytest.mark.parametrize(("version", "status"), [("", 422), ("7", 200)])
def test_deleting_one_without_the_version_that_is_there_is_refused(client, other, version, status):
    client.force_login(other)
    article = make_article()

    address = reverse("admin:articles_article_delete", args=[article.pk])
    response = client.post(address, {"post": "yes", "version": version}, follow=True)

    assert response.status_code == status
    assert status == 422 or response.context["number"] == 0
    assert Article.objects.exists()


def test_moderators_delete_nothing(desk):
    article = make_article()

    statuses = [
        desk.get(reverse("admin:articles_article_delete", args=[article.pk])).status_code,
        act(desk, "delete_selected", article).status_code,
        desk.post(CONFIRM, {"action": "delete", "picks": f"{article.pk}:1"}).status_code,
    ]

    assert statuses == [403, 200, 403]
    assert Article.objects.exists()
    assert "delete_selected" not in desk.get(LIST).text


VERBS_OF_MODERATORS = (
    "publish", "reject", "withdraw", "reopen", "score", "assign", "cover", "duplicate", "group",
)  # fmt: skip


def test_the_list_offers_what_the_role_may_do(client, moderator, other):
    offered = {}
    make_article()
    for user in (moderator, other):
        client.force_login(user)
        form = client.get(LIST).context["action_form"]
        offered[user.username] = {value for value, _ in form.fields["action"].choices if value}

    both = {f"{name}_selected" for name in VERBS_OF_MODERATORS}
    assert offered["moderators"] == both
    assert offered["colleague"] == both | {
        f"{name}_selected" for name in ("topics", "keywords", "keep", "take", "delete")
    }


def test_reasons_out_of_use_are_not_offered(desk):
    Reason.objects.filter(slug="rights").update(active=False)
    article = make_article()

    page = act(desk, "reject_selected", article)

    assert 'value="rights"' not in page.text
