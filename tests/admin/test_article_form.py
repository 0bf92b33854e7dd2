"""The form of one article: what it saves, what it refuses, and that nothing typed is lost."""

import zlib

import html5lib
import pytest
from django.urls import reverse

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, Event, Reason
from tests.conftest import SEEDS
from tests.factories import make_article, make_image, make_provider, make_topic


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def other(make_user):
    return make_user("Editors", username="colleague")


def address(article: Article) -> str:
    return reverse("admin:articles_article_change", args=[article.pk])


def fields_of(page, name="article_form") -> dict[str, str]:
    """What a browser would send from this form of the page, untouched."""
    document = html5lib.parse(page.text, namespaceHTMLElements=False)
    form = next(f for f in document.iter("form") if f.get("id") == name)
    sent = {}
    for field in form.iter("input"):
        kind = field.get("type")
        if kind == "submit" or (kind in ("checkbox", "radio") and field.get("checked") is None):
            continue
        sent[field.get("name")] = field.get("value", "on" if kind == "checkbox" else "")
    for field in form.iter("select"):
        sent[field.get("name")] = next(
            (o.get("value") for o in field.iter("option") if o.get("selected") is not None), ""
        )
    for field in form.iter("textarea"):
        sent[field.get("name")] = (field.text or "").replace("\n", "\r\n")
    return {name: value for name, value in sent.items() if name and "__prefix__" not in name}


def test_form_that_was_not_touched_writes_nothing(desk):
    article = make_article(
        title="  Blanks and <tags> ",
        body="\nFirst\n\n  indented  \nlast\n\n",
        excerpt="Line\nand line ",
        topics=[make_topic(), make_topic()],
        images=[make_image(), make_image()],
        related=[{"title": " A ", "excerpt": "x\ny"}, {}],
        published=True,
    )

    response = desk.post(address(article), fields_of(desk.get(address(article))))

    assert response.status_code == 302
    assert not Event.objects.exists()
    assert Article.objects.get().version == 1


def test_form_writes_through_every_verb_in_one_batch(desk):
    article, provider = make_article(title="Old"), make_provider(name="Acme")
    sent = fields_of(desk.get(address(article)))

    response = desk.post(
        address(article),
        sent
        | {"title": "New", "provider": provider.pk, "quality": "7", "published": "on"}
        | {"publish_at_0": "2021-01-01", "publish_at_1": "10:00:00", "_save": "Save"},
    )

    assert response.status_code == 302
    article.refresh_from_db()
    assert (article.title, article.provider, article.quality, article.state) == ("New", provider, 7, "published")
    assert sorted(Event.objects.values_list("verb", flat=True)) == ["edit", "publish", "schedule", "score"]
    assert Event.objects.values("batch", "channel").distinct().count() == 1


def test_topics_and_images_keep_the_order_that_was_given(desk):
    topics, images = [make_topic(name) for name in ("A", "B", "C")], [make_image(), make_image()]
    article = make_article(topics=topics, images=images)
    sent = fields_of(desk.get(address(article)))

    response = desk.post(
        address(article),
        sent | {"topic_links-2-position": "1", "topic_links-1-DELETE": "on", "image_links-0-position": "2"},
    )

    assert response.status_code == 302
    article = Article.objects.get()
    assert [str(topic) for topic in article.ordered_topics] == ["C", "A"]
    assert article.ordered_images == images[::-1]


def test_related_links_are_moved_hidden_added_and_changed(desk):
    article = make_article(related=[{"title": "One"}, {"title": "Two", "origin": "editor"}, {"title": "Three"}])
    target = make_article()
    sent = fields_of(desk.get(address(article)))
    new = {"url": target.web_url, "title": "Ours", "type": "article", "quality": "0", "position": "1"}

    response = desk.post(
        address(article),
        sent
        | {"related-0-hidden": "on", "related-1-DELETE": "on", "related-2-title": "Third"}
        | {"related-TOTAL_FORMS": "4"}
        | {f"related-3-{name}": value for name, value in new.items()},
    )

    assert response.status_code == 302
    assert list(article.related.values_list("title", "hidden", "origin", "target")) == [
        ("Ours", False, "editor", target.pk),
        ("One", True, "imported", None),
        ("Third", False, "imported", None),
    ]


def test_a_link_that_is_none_is_shown_beside_its_field(desk):
    article = make_article(related=[{}])
    sent = fields_of(desk.get(address(article)))

    response = desk.post(address(article), sent | {"related-0-url": "javascript:alert(1)", "title": "Typed"})

    assert response.status_code == 200
    assert "This is not an http(s) link." in response.text
    assert 'value="Typed"' in response.text
    assert not Event.objects.exists()


def test_what_moderation_refuses_stands_beside_the_field(desk):
    make_article(slug="taken")
    article = make_article(title="Mine")
    sent = fields_of(desk.get(address(article)))

    response = desk.post(address(article), sent | {"slug": "taken", "quality": "9", "title": "Typed"})

    assert response.status_code == 422
    assert list(response.context["adminform"].form.errors) == ["slug"]
    assert 'value="Typed"' in response.text
    article.refresh_from_db()
    assert (article.title, article.version) == ("Mine", 1)


def test_withdrawing_on_the_form_needs_a_reason_and_keeps_what_was_typed(desk):
    article = make_article(published=True)
    sent = fields_of(desk.get(address(article))) | {"title": "Typed", "note": "Why not"}
    del sent["published"]

    refused = desk.post(address(article), sent)
    reason = Reason.objects.get(slug="wrong")
    response = desk.post(address(article), fields_of(refused) | {"reason": reason.pk})

    assert (refused.status_code, response.status_code) == (422, 302)
    assert refused.context["adminform"].form.errors == {"reason": ["Choose a reason."]}
    article.refresh_from_db()
    assert (article.title, article.state) == ("Typed", "withdrawn")
    assert Event.objects.get(verb="withdraw").note == "Why not"


@pytest.mark.parametrize(
    ("decide", "published", "state"),
    [("publish", False, "published"), ("publish", True, "published"), ("reject", False, "rejected")],
)
def test_buttons_save_what_was_typed_and_decide(desk, decide, published, state):
    article = make_article(published=published)
    reason = Reason.objects.first()
    sent = fields_of(desk.get(address(article))) | {"title": "Typed", "reason": reason.pk, "_decide": decide}

    response = desk.post(address(article), sent)

    assert response.status_code == 302
    article.refresh_from_db()
    assert (article.title, article.state, article.version) == ("Typed", state, 3)


# Conflicts


def test_stale_form_shows_what_was_seen_what_is_there_and_what_was_typed(desk, other):
    article = make_article(title="Seen", quality=3, excerpt="Old")
    sent = fields_of(desk.get(address(article)))
    moderation.apply(article, by=other, version=1, at=moderation.Context(), title="Theirs", quality=5)

    response = desk.post(address(article), sent | {"title": "Mine", "excerpt": "Mine too"})

    assert response.status_code == 409
    (clash,) = response.context["conflict"].clashes
    assert (clash.label, clash.seen_value, clash.current_value, clash.typed) == ("title", "Seen", "Theirs", "Mine")
    assert clash.event.by == other
    assert response.context["conflict"].taken == ["quality"]
    again = fields_of(response)
    assert (again["title"], again["excerpt"], again["quality"], again["version"]) == ("Mine", "Mine too", "5", "3")
    assert Article.objects.get().title == "Theirs"


def test_a_stale_form_sent_again_keeps_mine_and_what_a_colleague_did_beside_it(desk, other):
    article = make_article(title="Seen", quality=3)
    sent = fields_of(desk.get(address(article)))
    moderation.apply(article, by=other, version=1, at=moderation.Context(), title="Theirs", quality=5, published=True)
    page = desk.post(address(article), sent | {"title": "Mine", "heat": "9"})

    response = desk.post(address(article), fields_of(page))

    assert response.status_code == 302
    article = Article.objects.get()
    assert (article.title, article.quality, article.heat, article.state) == ("Mine", 5, 9, "published")


def test_a_person_may_choose_the_other_value_field_by_field(desk, other):
    article = make_article(title="Seen", excerpt="Seen")
    sent = fields_of(desk.get(address(article)))
    moderation.edit(article, by=other, version=1, title="Theirs", excerpt="Theirs")
    page = desk.post(address(article), sent | {"title": "Mine", "excerpt": "Mine"})

    response = desk.post(address(article), fields_of(page) | {"use-title": "theirs"})

    assert response.status_code == 302
    article = Article.objects.get()
    assert (article.title, article.excerpt) == ("Theirs", "Mine")


def test_a_stale_form_of_dates_and_provider_compares_them_as_a_person_does(desk, other):
    article, acme = make_article(), make_provider(name="Acme")
    sent = fields_of(desk.get(address(article)))
    new_date = article.published_at.replace(year=2019)
    moderation.edit(article, by=other, version=1, published_at=new_date, provider=acme)

    page = desk.post(address(article), sent | {"title": "Mine"})
    response = desk.post(address(article), fields_of(page))

    assert (page.status_code, page.context["conflict"].clashes, response.status_code) == (409, [], 302)
    article = Article.objects.get()
    assert (article.published_at, article.provider, article.title) == (new_date, acme, "Mine")


def test_lists_that_only_a_colleague_changed_are_taken_over(desk, other):
    a, b, c = (make_topic(name) for name in "ABC")
    article = make_article(topics=[a], images=[make_image()], related=[{"title": "One"}])
    sent = fields_of(desk.get(address(article)))
    link = article.related.get()
    moderation.apply(
        article,
        by=other,
        version=1,
        at=moderation.Context(),
        topics=[b, c],
        images=[],
        related=[{"pk": link.pk, "title": "Uno"}, {"url": "https://new.example/", "title": "Two"}],
    )

    page = desk.post(address(article), sent | {"title": "Mine"})
    response = desk.post(address(article), fields_of(page))

    assert (page.status_code, response.status_code) == (409, 302)
    article = Article.objects.get()
    assert (article.title, article.ordered_topics, article.ordered_images) == ("Mine", [b, c], [])
    assert list(article.related.values_list("title", flat=True)) == ["Uno", "Two"]


def test_lists_that_both_changed_are_shown_and_nothing_typed_is_lost(desk, other):
    a, b, c = (make_topic(name) for name in "ABC")
    article = make_article(topics=[a], related=[{"title": "One", "origin": "editor", "url": "https://one.example/"}])
    sent = fields_of(desk.get(address(article)))
    moderation.apply(article, by=other, version=1, at=moderation.Context(), topics=[b], related=[])

    page = desk.post(address(article), sent | {"topic_links-0-topic": c.pk, "related-0-url": "https://uno.example/"})
    response = desk.post(address(article), fields_of(page))

    assert page.status_code == 409
    shown = {
        clash.name: (clash.seen_value, clash.current_value, clash.typed) for clash in page.context["conflict"].clashes
    }
    assert shown == {"topics": ("a", "b", "C"), "related": ("One", "—", "One")}
    assert response.status_code == 302
    article = Article.objects.get()
    assert article.ordered_topics == [c]
    assert list(article.related.values_list("url", "title")) == [("https://uno.example/", "One")]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"related-0-title": "Mine"}, [("Mine", False), ("Two", False)]),
        ({"related-0-excerpt": "Mine"}, [("One", False), ("Two", False)]),
        ({"related-0-position": "2"}, [("Two", False), ("One", False)]),
        ({"related-1-hidden": "on"}, [("One", False), ("Two", True)]),
    ],
)
def test_whatever_was_typed_into_a_related_link_survives_a_colleague(desk, other, typed, kept):
    article = make_article(related=[{"title": "One"}, {"title": "Two"}])
    sent = fields_of(desk.get(address(article)))
    first, second = article.related.all()
    new = [{"pk": first.pk}, {"pk": second.pk, "title": "Zwei"}]
    moderation.curate(article, by=other, version=1, related=new)

    page = desk.post(address(article), sent | typed)
    response = desk.post(address(article), fields_of(page))

    assert [clash.name for clash in page.context["conflict"].clashes] == ["related"]
    assert response.status_code == 302
    assert list(article.related.values_list("title", "hidden")) == kept


def test_a_list_of_the_colleague_can_be_chosen(desk, other):
    a, b, c = (make_topic(name) for name in "ABC")
    article = make_article(topics=[a])
    sent = fields_of(desk.get(address(article)))
    moderation.edit(article, by=other, version=1, topics=[b, a])
    page = desk.post(address(article), sent | {"topic_links-0-topic": c.pk})

    response = desk.post(address(article), fields_of(page) | {"use-topics": "theirs", "title": "Mine"})

    assert response.status_code == 302
    article = Article.objects.get()
    assert (article.ordered_topics, article.title) == ([b, a], "Mine")


def test_a_form_without_a_version_is_refused_and_shows_what_differs(desk):
    article = make_article(title="Now")
    sent = fields_of(desk.get(address(article))) | {"title": "Typed"}
    del sent["version"]

    response = desk.post(address(article), sent)

    assert response.status_code == 422
    (clash,) = response.context["conflict"].clashes
    assert (clash.name, clash.current_value, clash.typed) == ("title", "Now", "Typed")
    assert Article.objects.get().version == 1


def test_a_form_on_a_version_that_never_was_shows_what_differs(desk):
    article = make_article(title="Now", excerpt="Now")
    sent = fields_of(desk.get(address(article))) | {"title": "Typed", "version": "7"}

    response = desk.post(address(article), sent)

    assert response.status_code == 409
    (clash,) = response.context["conflict"].clashes
    assert (clash.name, clash.seen_value, clash.current_value, clash.typed) == ("title", "not known", "Now", "Typed")
    assert fields_of(response)["title"] == "Typed"


def test_a_conflict_names_a_provider_in_one_way(desk, other):
    article, acme = make_article(), make_provider(name="Acme", domain="acme.example")
    seen, mine = article.provider, make_provider(name="Mine", domain="mine.example")
    sent = fields_of(desk.get(address(article)))
    moderation.edit(article, by=other, version=1, provider=acme)

    response = desk.post(address(article), sent | {"provider": mine.pk})

    (clash,) = response.context["conflict"].clashes
    assert (clash.seen_value, clash.current_value, clash.typed) == (seen.domain, "acme.example", "mine.example")


def test_a_stale_form_with_a_mistake_shows_both(desk, other):
    article = make_article(title="Seen")
    sent = fields_of(desk.get(address(article)))
    moderation.edit(article, by=other, version=1, title="Theirs")

    response = desk.post(address(article), sent | {"title": "Mine", "quality": "many"})

    assert response.status_code == 409
    assert set(response.context["adminform"].form.errors) == {"__all__", "quality"}


def test_a_form_of_an_article_that_was_deleted_meanwhile_says_so(desk, other):
    article = make_article()
    sent, url = fields_of(desk.get(address(article))), address(article)
    moderation.delete(article, by=other, version=1)

    response = desk.post(url, sent, follow=True)

    assert "Perhaps it was deleted?" in response.text


# Moderators


@pytest.mark.parametrize(
    "field",
    ["title", "slug", "body", "provider", "published_at_0", "publish_at_0", "topic_links-TOTAL_FORMS", "related-0-url"],
)
def test_fields_that_a_moderator_sends_by_hand_have_no_effect(client, moderator, field):
    client.force_login(moderator)
    article = make_article(title="Now")

    response = client.post(address(article), fields_of(client.get(address(article))) | {field: "1", "quality": "9"})

    assert response.status_code == 403
    assert not Event.objects.exists()


def test_moderators_change_flag_and_scores_on_the_form(client, moderator):
    client.force_login(moderator)
    article = make_article()
    sent = fields_of(client.get(address(article)))

    response = client.post(address(article), sent | {"published": "on", "quality": "9", "heat": "4"})

    assert response.status_code == 302
    article.refresh_from_db()
    assert (article.state, article.quality, article.heat) == ("published", 9, 4)
    assert set(sent) == {"csrfmiddlewaretoken", "version", "quality", "heat", "reason", "note"}


# What the form shows


@pytest.fixture
def seed(db):
    raw = next(SEEDS.glob("000_*")).read_bytes()
    secured = raw.split(b'secured: "')[1].split(b'"')[0].decode()
    return make_article(source=zlib.compress(raw), secured=secured, title="Edited", quality=39, heat=-1)


def test_form_shows_the_source_where_it_differs_and_nothing_secured(desk, seed):
    text = desk.get(address(seed)).text

    assert "Source: <q>Paltry Facial Recognition Delay Is Painfully On-Brand for Amazon</q>" in text
    assert "Source: <q>39</q>" not in text
    assert seed.secured[:40] not in text


def test_moderators_see_the_source_too(client, moderator, seed):
    client.force_login(moderator)

    assert "Source: <q>Paltry Facial" in client.get(address(seed)).text


def test_history_tells_who_changed_what_and_why(desk, other):
    article = make_article(quality=1)
    moderation.score(article, by=other, version=1, quality=8)
    why = moderation.Why(Reason.objects.get(slug="wrong"), "Made up")
    moderation.reject(article, by=other, version=2, why=why)

    text = desk.get(address(article)).text
    assert "quality <del>1</del> → <ins>8</ins>" in text
    history = desk.get(reverse("admin:articles_article_history", args=[article.pk]), follow=True)
    assert f'href="{reverse("desk_article_history", args=[article.pk])}"' in text
    assert history.redirect_chain == [(reverse("desk_article_history", args=[article.pk]), 302)]
    (change,) = history.context["events"][1].changes
    assert (change.label, [piece.text for piece in change.pieces]) == ("quality", ["1", " → ", "8"])

    for page in (text, history.text):
        assert "colleague" in page
        assert "Wrong or misleading" in page
        assert "Made up" in page


def test_view_on_site_is_there_only_for_what_readers_see(desk):
    visible, hidden = make_article(published=True), make_article()

    shown = [f'href="{article.get_absolute_url()}"' in desk.get(address(article)).text for article in (visible, hidden)]

    assert shown == [True, False]


def test_articles_are_not_added_by_hand(desk):
    assert desk.get(reverse("admin:articles_article_add")).status_code == 403


def test_a_button_takes_the_sources_value_and_saves_what_else_was_typed(desk, other):
    import_documents([SEEDS])
    article = Article.objects.get(path__startswith="002")
    said = article.heat
    moderation.apply(article, by=other, version=1, at=moderation.Context(), heat=7, topics=[make_topic()])
    page = desk.get(address(article))
    assert '<button type="submit" class="use-source" name="_use_source" value="heat">' in page.text

    desk.post(address(article), fields_of(page) | {"title": "Typed", "_use_source": ["heat", "topics", "secured"]})

    article.refresh_from_db()
    assert (article.heat, article.title) == (said, "Typed")
    assert [topic.name for topic in article.ordered_topics] == ["Computer Vision", "AI"]
