"""Tokens of clients that push: made, shown once, kept as a hash, checked, counted, revoked."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from articles.models import DocumentFeed, KeptEvent, PushToken
from articles.vocabulary import writer

# By which people, and programs that look for secrets in files, know what it is.
MARK = "newsroom_"
BYTES = 32  # nobody guesses so many: a plain hash is enough, and a quick one
LONGEST_LIFE = 366  # days


def make(feed: DocumentFeed, *, client: str, scopes: Sequence[str], days: int, by: User) -> tuple[PushToken, str]:
    """Makes a token and returns it with its secret, which is not kept anywhere."""
    secret = MARK + secrets.token_urlsafe(BYTES)
    token = PushToken(
        feed=feed,
        client=client,
        digest=digest_of(secret),
        scopes=sorted(scopes),
        created_by=by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    writer.create(token, by=by)
    return token, secret


def revoke(token: PushToken, *, by: User) -> None:
    """Ends a token at once. One that was revoked before stays as it is."""
    with transaction.atomic():
        current = PushToken.objects.select_for_update().get(pk=token.pk)
        if current.revoked_at is None:
            before = writer.logged(current)
            current.revoked_by, current.revoked_at = by, timezone.now()
            current.save(update_fields=["revoked_by", "revoked_at"])
            after = writer.logged(current)["revoked_at"]
            writer.log(
                current, KeptEvent.Verb.REVOKE, {"revoked_at": before["revoked_at"]}, {"revoked_at": after}, by=by
            )


def find(secret: str) -> PushToken | None:
    """Returns the token that is in force; None for one that is unknown, expired or revoked. Counts the use."""
    now = timezone.now()
    token = PushToken.objects.select_related("feed").filter(digest=digest_of(secret)).first()
    if token is None or token.revoked_at or token.expires_at <= now:
        return None
    PushToken.objects.filter(pk=token.pk).update(uses=F("uses") + 1, used_at=now)
    return token


def digest_of(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()
