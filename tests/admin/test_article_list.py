"""The list of articles: its cells, its actions, its filters."""

from datetime import UTC, datetime

import html5lib
import pytest
from django.urls import reverse

from articles import moderation
from articles.models import Article, Event, Reason, Tombstone
from tests.factories import make_article, make_image, make_provider, make_topic

LIST = reverse("admin:articles_article_changelist")
CELLS = reverse("admin:articles_article_cells")
CONFIRM = reverse("desk_bulk_confirm")
LIST_QUERIES = 11


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def other(make_user):
    return make_user("Editors", username="colleague")


def row(article: Article, **typed) -> dict[str, str]:
    """The row of the list as the article is now, as a browser sends it, with what was typed."""
    cells = {"published": article.published, "quality": article.quality, "heat": article.heat}
    sent = {f"seen_{name}": str(value) for name, value in cells.items()} | {"version": str(article.version)}
    sent |= {name: str(value) for name, value in {**cells, **typed}.items() if value is not False}
    return {
        f"row-{article.pk}-{name}": "on" if value == "True" and name == "published" else value
        for name, value in sent.items()
    }


def save(client, *rows: dict[str, str]):
    return client.post(LIST, {"_save": "Save"} | {key: value for one in rows for key, value in one.items()})


def facts(article: Article) -> tuple:
    article.refresh_from_db()
    return article.published, article.quality, article.heat, article.version


# Cells


def test_list_saves_flag_quality_and_heat_of_several_rows(desk):
    first, second, third = make_article(), make_article(quality=3), make_article()

    response = save(desk, row(first, published=True), row(second, quality=9, heat=40), row(third))

    assert response.status_code == 302
    assert [facts(a) for a in (first, second, third)] == [(True, 0, -1, 2), (False, 9, 40, 2), (False, 0, -1, 1)]
    assert {(e.verb, e.by.username, e.channel) for e in Event.objects.all()} == {
        ("publish", "moderators", "admin"),
        ("score", "moderators", "admin"),
    }
    assert Event.objects.values("batch").distinct().count() == 1


def test_list_refuses_a_row_that_a_colleague_changed_and_keeps_what_was_typed(desk, other):
    article = make_article(quality=3)
    seen = row(article, quality=9)
    moderation.score(article, by=other, version=1, quality=5)

    response = save(desk, seen)

    assert response.status_code == 409
    assert facts(article) == (False, 5, -1, 2)
    (shown,) = response.context["rows"]
    assert [(cell.label, cell.seen_value, cell.current_value) for cell in shown.cells] == [("Quality", "3", "5")]
    assert f'name="row-{article.pk}-quality" value="9"' in response.text
    assert "colleague" in response.text


def test_a_stale_row_can_be_sent_again_on_the_version_that_is_shown(desk, other):
    article = make_article(quality=3)
    seen = row(article, quality=9)
    moderation.score(article, by=other, version=1, quality=5, heat=50)
    page = save(desk, seen)

    response = desk.post(CELLS, fields_of(page))

    assert response.status_code == 302
    assert facts(article) == (False, 9, 50, 3)


def fields_of(page) -> dict[str, str]:
    """What a browser would send from the form of a page, untouched."""
    document = html5lib.parse(page.text, namespaceHTMLElements=False)
    form = next(f for f in document.iter("form") if "decisions" in f.get("class", ""))
    sent = {}
    for field in form.iter("input"):
        if field.get("type") in ("submit", None) or (field.get("type") == "checkbox" and field.get("checked") is None):
            continue
        sent[field.get("name")] = field.get("value", "on" if field.get("type") == "checkbox" else "")
    for field in form.iter("select"):
        sent[field.get("name")] = next(
            (o.get("value") for o in field.iter("option") if o.get("selected") is not None), ""
        )
    for field in form.iter("textarea"):
        sent[field.get("name")] = (field.text or "").removeprefix("\n")
    return sent


def test_an_untouched_cell_never_overwrites_a_colleagues_value(desk, other):
    article = make_article(quality=3)
    seen = row(article)
    moderation.score(article, by=other, version=1, quality=5)

    response = save(desk, seen)

    assert response.status_code == 302
    assert facts(article) == (False, 5, -1, 2)


def test_list_saves_the_good_rows_and_asks_about_the_stale_one(desk, other):
    good, stale = make_article(), make_article()
    sent = row(good, heat=7), row(stale, heat=8)
    moderation.score(stale, by=other, version=1, heat=20)

    response = save(desk, *sent)

    assert response.status_code == 409
    assert (facts(good), facts(stale)) == ((False, 0, 7, 2), (False, 0, 20, 2))
    assert [str(message) for message in response.context["messages"]] == ["1 article saved."]
    assert [row.pk for row in response.context["rows"]] == [stale.pk]


def test_withdrawing_in_the_list_asks_for_the_reason_and_keeps_what_was_typed(desk):
    article = make_article(published=True, quality=3)

    page = save(desk, row(article, published=False, quality=4))

    assert page.status_code == 200
    assert facts(article) == (True, 3, -1, 1)
    sent = fields_of(page) | {"all-reason": "wrong", "all-note": "The numbers are made up."}
    assert desk.post(CELLS, sent).status_code == 302
    assert facts(article) == (False, 4, -1, 3)
    event = Event.objects.get(verb="withdraw")
    assert (event.reason.slug, event.note) == ("wrong", "The numbers are made up.")


def test_the_page_that_asks_for_a_reason_insists_on_it(desk):
    article = make_article(published=True)
    page = save(desk, row(article, published=False))

    response = desk.post(CELLS, fields_of(page) | {"all-note": "Because."})

    assert response.status_code == 422
    assert facts(article) == (True, 0, -1, 1)
    assert "Because." in response.text


def test_a_row_on_which_the_reason_was_awaited_is_refused_when_it_changed_meanwhile(desk, other):
    article = make_article(published=True)
    page = save(desk, row(article, published=False))
    moderation.score(article, by=other, version=1, heat=9)

    response = desk.post(CELLS, fields_of(page) | {"all-reason": "wrong"})

    assert response.status_code == 409
    assert facts(article) == (True, 0, 9, 2)
    assert '<option value="wrong" selected>' in response.text


def test_list_refuses_a_row_without_a_version(desk):
    article = make_article()

    sent = row(article, heat=5)
    del sent[f"row-{article.pk}-version"]
    response = save(desk, sent)

    assert response.status_code == 422
    assert facts(article) == (False, 0, -1, 1)


@pytest.mark.parametrize("typed", ["-5", "many", "", "99999999999"])
def test_list_refuses_a_score_that_is_none_and_shows_it_again(desk, typed):
    article = make_article()

    response = save(desk, row(article, quality=typed))

    assert response.status_code == 422
    assert facts(article) == (False, 0, -1, 1)
    assert f'value="{typed}"' in response.text or typed == ""


def test_a_row_of_a_deleted_article_is_told_apart(desk, other):
    article = make_article()
    sent = row(article, heat=5)
    moderation.delete(article, by=other, version=1)

    response = save(desk, sent)

    assert response.status_code == 409
    assert "The article has been deleted." in response.text


# Actions: they lead to the desk's preview


def act(client, name: str, *articles: Article, query="", **more):
    """The page to which an action leads."""
    sent = {f"row-{article.pk}-version": article.version for article in articles}
    return client.post(
        LIST + query,
        {"action": name, "index": 0, "_selected_action": [a.pk for a in articles], "select_across": 0} | sent | more,
        follow=True,
    )


def confirm(client, page, **typed):
    """Send the form of a preview, with what the person typed."""
    sent = {name: page.context[name] for name in ("action", "selected", "picks", "next")}
    return client.post(CONFIRM, sent | typed)


def left(page) -> dict[str, str]:
    """The exceptions of a preview: title and reason."""
    return {row.title: why for why, rows, _ in page.context["left"] for row in rows}


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


def test_the_list_offers_what_the_role_may_do(client, moderator, other):
    offered = {}
    make_article()
    for user in (moderator, other):
        client.force_login(user)
        form = client.get(LIST).context["action_form"]
        offered[user.username] = {value for value, _ in form.fields["action"].choices if value}

    both = {f"{name}_selected" for name in ("publish", "reject", "withdraw", "reopen", "score", "assign")}
    assert offered["moderators"] == both
    assert offered["colleague"] == both | {"topics_selected", "delete_selected"}


# All across pages


ACROSS = {"action": "publish_selected", "index": 0, "select_across": 1}


def test_an_action_across_pages_states_the_number_first_and_the_versions_that_it_saw(desk, other):
    articles = [make_article(quality=30) for _ in range(3)]
    make_article(quality=1)

    page = desk.post(LIST + "?quality_from=30", ACROSS | {"_selected_action": [articles[0].pk]}, follow=True)
    moderation.score(articles[1], by=other, version=1, heat=5)
    response = confirm(desk, page)

    assert page.status_code == 200
    assert "<h1>Publish 3 articles?</h1>" in page.text
    assert [row.pk for row in response.context["refused"]] == [articles[1].pk]
    assert Article.objects.filter(published=True).count() == 2


def test_an_action_across_pages_decides_on_nothing_that_came_after_the_preview(desk):
    seen = make_article()
    page = desk.post(LIST, ACROSS | {"_selected_action": [seen.pk]}, follow=True)
    make_article()

    response = confirm(desk, page)

    assert response.status_code == 302
    assert list(Article.objects.filter(published=True)) == [seen]


@pytest.mark.parametrize("query", ["?quality_from=x", "?secured__startswith=h", "?q=%00", "?published_at__year=x"])
def test_an_action_across_pages_refuses_a_filter_that_makes_no_sense(desk, query):
    make_article()

    page = desk.post(LIST + query, ACROSS | {"_selected_action": [1]}, follow=True)

    assert page.status_code == 422
    assert "Nothing was done" in page.text
    assert not Article.objects.filter(published=True).exists()


# Filters


@pytest.fixture
def shelf(db):
    topic, provider = make_topic("Vision"), make_provider(domain="acme.example", name="Acme")
    make_article(title="Seen", topics=[topic], provider=provider, quality=40, heat=10, type="video", secured="hidden;x")
    make_article(
        title="Other",
        quality=5,
        heat=90,
        category="people",
        published=True,
        published_at=datetime(2020, 7, 1, 0, 30, tzinfo=UTC),
    )
    return topic, provider


def titles(client, query: str) -> list[str]:
    return sorted(row.title for row in client.get(LIST + query).context["cl"].result_list)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Other", "Seen"]),
        ("?state=pending", ["Seen"]),
        ("?state=live", ["Other"]),
        ("?type=video", ["Seen"]),
        ("?category=people", ["Other"]),
        ("?quality_from=40", ["Seen"]),
        ("?quality_to=39", ["Other"]),
        ("?heat_from=10&heat_to=10", ["Seen"]),
        ("?day=2020-07-01", ["Other"]),
        ("?published_at__year=2020&published_at__month=6", ["Seen"]),
        ("?q=acme", ["Seen"]),
        ("?q=see", ["Seen"]),
        ("?q=hidden", []),
    ],
)
def test_filters_and_search_find(desk, shelf, query, found):
    assert titles(desk, query) == found


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?state=pending&o=-1&p=1",
        "?published_at__year=2020&published_at__month=6",
        "?published_at__year=2020&published_at__month=6&published_at__day=30",
        "?q=acme",
        "?q=e+n",
        "?q='See'",
        '?q="e+n"',
        "?q=nothing",
        "?day=2020-07-01&heat_from=10",
    ],
)
def test_all_that_match_are_those_that_the_list_finds(desk, shelf, query):
    page = desk.post(LIST + query, ACROSS | {"_selected_action": [1], "action": "score_selected"}, follow=True)

    found = [article.title for article in page.context["first"]] if page.status_code == 200 else []
    assert sorted(found) == titles(desk, query)


def test_provider_and_topic_filters_find(desk, shelf):
    topic, provider = shelf

    assert titles(desk, f"?provider={provider.pk}") == ["Seen"]
    assert titles(desk, f"?topic={topic.pk}") == ["Seen"]


@pytest.mark.parametrize(
    "query",
    [
        "?state=nonsense",
        "?provider=abc",
        "?provider=99999999999999999999999",
        "?topic=0",
        "?quality_from=x",
        "?quality_from=1.5",
        "?quality_from=99999999999999999999",
        "?quality_from=9&quality_to=3",
        "?heat_to=1e400",
        "?day=2020-13-01",
        "?day=9999-12-31",
        "?published_at__year=x",
        "?published_at__year=9999&published_at__month=12",
        "?published_at__year=99999",
        "?secured__startswith=h",
        "?source__contains=h",
        "?provider__name=Acme",
        "?nonsense=1",
        "?q=%00",
    ],
)
def test_a_value_that_makes_no_sense_gives_an_error_and_no_rows(desk, shelf, query):
    response = desk.get(LIST + query)

    assert response.status_code == 200
    assert response.context["cl"].problems
    assert response.context["cl"].result_list == []
    assert "No article is listed, because" in response.text


def test_a_page_that_is_not_there_gives_an_error_and_no_rows(desk):
    for _ in range(51):
        make_article()

    pages = [desk.get(LIST + query).context["cl"] for query in ("?p=2", "?p=3")]

    assert [(len(page.result_list), page.problems) for page in pages] == [(1, []), (0, ["There is no such page."])]


@pytest.mark.parametrize("query", ["?o=99.-77.x", "?o=-3.2", "?all=1"])
def test_orders_that_make_no_sense_do_no_harm(desk, shelf, query):
    assert titles(desk, query) == ["Other", "Seen"]


# Reading


def queries_of(client, django_assert_num_queries, number: int) -> None:
    with django_assert_num_queries(number) as captured:
        assert client.get(LIST).status_code == 200
    sql = " ".join(query["sql"] for query in captured)
    assert [name for name in ("secured", "source", "body") if f'"articles_article"."{name}"' in sql] == []


def test_list_takes_as_many_queries_for_fifty_rows_as_for_one(desk, django_assert_num_queries):
    topics = [make_topic() for _ in range(3)]
    make_article(topics=topics, images=[make_image()], published=True)
    queries_of(desk, django_assert_num_queries, LIST_QUERIES)
    for _ in range(49):
        make_article(topics=topics, images=[make_image()], provider=make_provider(), published=True)

    queries_of(desk, django_assert_num_queries, LIST_QUERIES)


def test_list_links_to_our_page_only_where_readers_see_it(desk):
    visible = make_article(published=True)
    hidden = make_article()

    text = desk.get(LIST).text

    assert (visible.get_absolute_url() in text, hidden.get_absolute_url() in text) == (True, False)
    assert f'href="{hidden.web_url}" rel="noopener noreferrer"' in text


def test_list_never_shows_what_is_secured(desk):
    make_article(secured="c2VjcmV0;aXY=")

    assert "c2VjcmV0" not in desk.get(LIST).text


def test_reasons_out_of_use_are_not_offered(desk):
    Reason.objects.filter(slug="rights").update(active=False)
    article = make_article()

    page = act(desk, "reject_selected", article)

    assert 'value="rights"' not in page.text


def test_list_can_be_narrowed_to_conflicts_with_the_source(client, moderator):
    make_article(title="Agreed")
    make_article(title="Disputed", conflicts=["heat"])
    client.force_login(moderator)

    page = client.get(reverse("admin:articles_article_changelist"), {"conflict": "yes"})

    assert [article.title for article in page.context["cl"].result_list] == ["Disputed"]


def test_the_flag_and_the_scores_of_a_row_are_edited_in_the_list(client, moderator):
    article = make_article(title="Tram", flag="A colleague's words")
    client.force_login(moderator)

    page = client.get("/admin/articles/article/").content.decode()

    for name in ("published", "quality", "heat"):
        assert f'name="row-{article.pk}-{name}"' in page
