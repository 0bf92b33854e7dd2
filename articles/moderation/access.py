"""Checks who may decide: the permissions, and the claims of colleagues."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils import timezone

from articles.models import Article
from articles.moderation.refusals import Claimed, NotAllowed

DECIDE = "articles.moderate_article"
CHANGE = "articles.change_article"
DELETE = "articles.delete_article"
KEEP_RULES = "articles.change_rule"


def permit(by: User, permission: str) -> None:
    """Raises NotAllowed if the person does not have the permission."""
    if not by.has_perm(permission):
        raise NotAllowed("Your role does not allow this.")


def require_free(row: Article, by: User) -> None:
    """Raises Claimed while a colleague is working on the article. Reading is always allowed."""
    if row.claimed_by and row.claimed_until and row.claimed_by != by and row.claimed_until > timezone.now():
        raise Claimed(row.claimed_by, row.claimed_until)
