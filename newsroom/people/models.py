from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone


class StaffSession(AbstractBaseSession):
    """A session, with what its owner needs to know it by. Visitors who are not logged in have one for a kept form."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="staff_sessions"
    )
    begun_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(auto_now=True)
    device = models.CharField(max_length=100, blank=True)
    address = models.GenericIPAddressField(null=True)

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store


class Verb(models.TextChoices):
    LOGGED_IN = "logged in", "logged in"
    LOCKED_OUT = "locked out", "locked out after wrong passwords or codes"
    PASSWORD = "password", "changed the password"
    RESET = "reset", "set a new password by mail"
    FACTOR = "factor", "set up the second factor"
    NO_FACTOR = "no factor", "removed the second factor"
    CODES = "codes", "made recovery codes"
    CODE_USED = "code used", "used a recovery code"
    ENDED = "ended", "ended sessions"
    ADDED = "added", "added"
    CHANGED = "changed", "changed"
    DELETED = "deleted", "deleted"


class AccountEvent(models.Model):
    """One entry of the log of accounts: who changed what about people and roles, from what to what. Append-only."""

    at = models.DateTimeField(default=timezone.now)
    # Without a database constraint: the log outlives the account.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    by_name = models.CharField(max_length=150, help_text="of the person, then")
    verb = models.CharField(max_length=10, choices=Verb)
    about = models.CharField(max_length=200, help_text="the person or role: “person anne”")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(verb__in=Verb.values), name="account_event_verb_is_known"),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="account_event_by_date")]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.get_verb_display()}"
