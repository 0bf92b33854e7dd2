"""What the form shows to whom, and what of it a moderator may send."""

import pytest
from django.urls import reverse

from articles import moderation
from articles.documents.stored import compressed
from articles.importing.runs.run import import_documents
from articles.models import Article, Event, Reason
from tests.admin.article_form.page import address, fields_of
from tests.conftest import SEEDS
from tests.factories import make_article, make_topic

# Moderators


@pytest.mark.parametrize(
    "field",
    ["title", "slug", "body", "provider", "published_at_0", "publish_at_0", "topic_links-TOTAL_FORMS"],
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
    return make_article(source=compressed(raw), secured=secured, title="Edited", quality=39, heat=-1)


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
