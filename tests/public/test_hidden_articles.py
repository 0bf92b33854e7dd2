"""What stands in the place of an article that is withdrawn, hidden, moved or deleted."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from articles import moderation
from articles.models import Article, ArticleOldSlug, Reason
from tests.factories import make_article

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def withdraw(article, by, note=""):
    why = moderation.Why(Reason.objects.first(), note)
    return moderation.withdraw(article, by=by, version=article.version, why=why)


def test_withdrawn_article_answers_410_with_its_reason_and_neither_by_whom_nor_the_note(client, make_user):
    someone = make_user("Moderators", username="wilhelmina", first_name="Wilhelmina")
    article = make_article(published=True, title="A mistake")
    event = withdraw(article, someone, note="Their lawyers called.")
    article.refresh_from_db()

    answer = client.get(article.get_absolute_url())

    assert answer.status_code == 410
    assert '<h1 dir="auto">A mistake</h1>' in answer.text
    assert f"<dd>{event.reason.label}</dd>" in answer.text
    assert f'datetime="{article.reviewed_at:%Y-%m-%dT%H:%M:%S}' in answer.text
    assert re.findall("wilhelmina|lawyers", answer.text, re.IGNORECASE) == []


def test_notice_tells_the_reason_of_the_latest_withdrawal(client, moderator):
    article = make_article(published=True)
    first, second = Reason.objects.all()[:2]
    for reason in (first, second):
        moderation.publish(article, by=moderator, version=article.version)
        moderation.withdraw(article, by=moderator, version=article.version, why=moderation.Why(reason))

    assert f"<dd>{second.label}</dd>" in client.get(article.get_absolute_url()).text


def hidden_articles(user):
    now = timezone.now()
    return {
        "pending": make_article(),
        "rejected": make_article(reviewed_by=user),
        "scheduled": make_article(published=True, publish_at=now + HOUR),
        "scheduled, then withdrawn": make_article(reviewed_by=user, first_published_at=now + HOUR),
        "expired": make_article(published=True, expires_at=now - HOUR),
        "unpublished by its document": make_article(first_published_at=now - HOUR),
    }


def test_hidden_articles_answer_like_one_that_never_was(client, moderator):
    articles = hidden_articles(moderator)
    never = client.get("/articles/never-was/")

    answers = {kind: client.get(article.get_absolute_url()) for kind, article in articles.items()}

    assert never.status_code == 404
    seen = {kind: (answer.status_code, answer.content, answer.headers) for kind, answer in answers.items()}
    assert seen == dict.fromkeys(articles, (404, never.content, never.headers))


def test_old_slug_of_a_visible_article_redirects_for_good(client, editor):
    article = make_article(published=True, slug="old")
    moderation.edit(article, by=editor, version=article.version, slug="new-one")

    answer = client.get("/articles/old/")

    assert (answer.status_code, answer.headers["Location"]) == (301, "/articles/new-one/")


def test_old_slug_of_a_hidden_article_answers_like_one_that_never_was(client, moderator):
    never = client.get("/articles/never-was/")
    for kind, article in hidden_articles(moderator).items():
        ArticleOldSlug.objects.create(article=article, slug=f"old-{article.pk}")

        answer = client.get(f"/articles/old-{article.pk}/")

        assert (kind, answer.status_code, answer.content) == (kind, 404, never.content)


def test_old_slug_of_a_withdrawn_article_answers_410_at_once(client, moderator):
    article = make_article(published=True)
    ArticleOldSlug.objects.create(article=article, slug="old")
    withdraw(article, moderator)

    answer = client.get("/articles/old/")

    assert (answer.status_code, answer.content) == (410, client.get(article.get_absolute_url()).content)


def test_deleted_article_answers_like_one_that_never_was(client, editor):
    article = make_article(published=True)
    moderation.delete(article, by=editor, version=article.version)

    assert client.get(article.get_absolute_url()).content == client.get("/articles/never-was/").content
    assert Article.objects.count() == 0
