"""Tokens of clients: which one is in force, for what, and that its secret stands nowhere."""

import logging
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.intake.tokens import MARK, digest_of, make, revoke
from articles.models import Article, KeptEvent, PushToken
from tests.importing.documents_by_hand import document

pytestmark = pytest.mark.django_db


def refused(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:newsroom:problem:")


def test_without_a_token_nothing_is_taken(feed):
    answer = Client().put("/api/documents/a.md", document().encode())

    assert refused(answer) == (401, "no-token")
    assert answer["WWW-Authenticate"] == 'Bearer realm="Newsroom"'
    assert answer["Cache-Control"] == "no-store, private"
    assert not Article.objects.exists()


def test_whoever_is_logged_in_needs_a_token_too(feed, boss):
    client = Client()
    client.force_login(boss)

    assert refused(client.put("/api/documents/a.md", document().encode())) == (401, "no-token")


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Basic {}",
        "{}",
        "Bearer {}x",
        "Bearer é",
        "Token {}",
        "Bearer " + "x" * 999,
    ],
)
def test_a_header_that_is_no_token_of_ours_is_refused(header, token):
    secret = token("documents")

    answer = Client().put("/api/documents/a.md", document().encode(), HTTP_AUTHORIZATION=header.format(secret))

    assert refused(answer) == (401, "no-token")
    assert PushToken.objects.get().uses == 0


def test_an_expired_token_is_refused(put, token):
    PushToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert refused(put("a.md", document())) == (401, "no-token")


def test_a_revoked_token_is_refused_at_once(put, boss):
    assert put("a.md", document()).status_code == 201

    revoke(PushToken.objects.get(), by=boss)

    assert refused(put("b.md", document())) == (401, "no-token")


@pytest.mark.parametrize("scope", ["imports", "read"])
def test_a_token_of_another_scope_is_refused(scope, put, token):
    answer = put("a.md", document(), secret=token(scope))

    assert refused(answer) == (403, "wrong-scope")
    assert 'error="insufficient_scope", scope="documents"' in answer["WWW-Authenticate"]


def test_each_use_counts_and_the_last_one_is_known(put):
    for _ in range(3):
        put("a.md", document())

    token = PushToken.objects.get()
    assert token.uses == 3
    assert timezone.now() - token.used_at < timedelta(minutes=1)


def test_a_secret_is_in_no_table(put, feed, boss):
    _, secret = make(feed, client="another", scopes=["documents"], days=1, by=boss)
    put("a.md", document(), secret=secret)

    texts = [
        str(value)
        for model in apps.get_models()
        if model._meta.managed
        for row in model._default_manager.values()
        for value in row.values()
    ]
    assert [text for text in texts if secret in text or secret.removeprefix(MARK) in text] == []


def test_a_secret_is_in_no_log(put, feed, boss, caplog):
    _, secret = make(feed, client="another", scopes=["read"], days=1, by=boss)

    with caplog.at_level(logging.DEBUG):
        put("a.md", document(), secret=secret)
        put("a.md", document(), secret=secret + "x")
        put("%00.md", document(), secret=secret)

    assert secret not in caplog.text


def test_making_and_revoking_is_in_the_log(feed, boss):
    token, _ = make(feed, client="anne", scopes=["read", "documents"], days=1, by=boss)

    revoke(token, by=boss)
    revoke(token, by=boss)

    told = list(KeptEvent.objects.order_by("pk").values_list("verb", "title", "by__username"))
    assert told == [("create", "anne", "boss"), ("revoke", "anne", "boss")]
    assert KeptEvent.objects.earliest("pk").after["scopes"] == ["documents", "read"]


def test_two_tokens_never_have_one_digest(feed, boss):
    token, secret = make(feed, client="anne", scopes=["read"], days=1, by=boss)
    assert token.digest == digest_of(secret)

    with pytest.raises(IntegrityError):
        PushToken.objects.create(feed=feed, client="b", digest=token.digest, created_by=boss, expires_at=timezone.now())


def test_the_page_shows_a_secret_once(feed, boss):
    client = Client()
    client.force_login(boss)
    page = reverse("desk_tokens", args=[feed.pk])

    answer = client.post(page, {"client": "anne", "scopes": ["documents", "read"], "days": "30"})

    secret = answer.context["secret"]
    assert secret.startswith(MARK)
    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert secret not in client.get(page).content.decode()
    token = PushToken.objects.get()
    assert (token.scopes, token.created_by) == (["documents", "read"], boss)
    assert timedelta(days=29) < token.expires_at - timezone.now() <= timedelta(days=30)


@pytest.mark.parametrize(
    ("field", "value"), [("client", ""), ("scopes", "odd"), ("scopes", ""), ("days", "0"), ("days", "367")]
)
def test_a_form_that_is_wrong_keeps_what_was_typed(field, value, feed, boss):
    client = Client()
    client.force_login(boss)

    answer = client.post(
        reverse("desk_tokens", args=[feed.pk]), {"client": "anne", "scopes": "read", "days": "30"} | {field: value}
    )

    assert answer.status_code == 422
    assert not PushToken.objects.exists()
    if field != "client":
        assert 'value="anne"' in answer.content.decode()


def test_the_page_revokes(feed, boss, token):
    token("read")
    client = Client()
    client.force_login(boss)

    answer = client.post(reverse("desk_token_revoke", args=[PushToken.objects.get().pk]), follow=True)

    assert PushToken.objects.get().revoked_by == boss
    assert "is revoked" in answer.content.decode()
