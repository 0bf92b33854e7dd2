"""Accounts, roles and failed logins in the admin. What is done there stands in the log of accounts."""

from typing import Any, cast

from axes.admin import AccessAttemptAdmin
from axes.models import AccessAttempt
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from articles.admin.mixins.careful_list import CarefulList
from articles.admin.mixins.safe_keys import SafeKeys
from newsroom.people import second_factor
from newsroom.people.models import Verb
from newsroom.people.record import changes, facts_of, record
from newsroom.people.sessions import end_sessions

# Django's applications of the second factor bring pages that show the secrets.
for model in (second_factor.TOTPDevice, second_factor.StaticDevice):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
admin.site.unregister([User, Group])


class Recorded(admin.ModelAdmin):
    """For a ModelAdmin: what it adds, changes and deletes stands in the log of accounts, with the values."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model | None:
        found = super().get_object(request, object_id, from_field)
        if found is not None and request.method == "POST":
            cast(Any, request).facts_before = facts_of(found)
            cast(Any, request).password_before = getattr(found, "password", None)
        return found

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        record(request, Verb.ADDED, obj, after=facts_of(obj))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        before, after = changes(getattr(request, "facts_before", {}), facts_of(obj))
        if getattr(request, "password_before", None) != getattr(obj, "password", None):
            record(request, Verb.PASSWORD, obj)
        if after:
            record(request, Verb.CHANGED, obj, before=before, after=after)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for obj in queryset:
            record(request, Verb.DELETED, obj, before=facts_of(obj))
        return super().log_deletions(request, queryset)


@admin.register(User)
class PersonAdmin(Recorded, SafeKeys, CarefulList, UserAdmin):
    actions = ("remove_factor", "end_all_sessions")

    @admin.action(description="Remove the second factor of the selected people", permissions=["change"])
    def remove_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        removed = [person for person in queryset if second_factor.remove(person)]
        for person in removed:
            end_sessions(person)
            record(request, Verb.NO_FACTOR, person)
        self.message_user(request, f"{len(removed)} had one, and are logged out everywhere.", messages.SUCCESS)

    @admin.action(description="Log the selected people out everywhere", permissions=["change"])
    def end_all_sessions(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in queryset:
            number = end_sessions(person, but=request.session.session_key)
            record(request, Verb.ENDED, person, after={"sessions": number})
        self.message_user(request, "They are logged out everywhere.", messages.SUCCESS)


@admin.register(Group)
class RoleAdmin(Recorded, SafeKeys, CarefulList, GroupAdmin):
    pass


@admin.register(AccessAttempt)
class AttemptAdmin(Recorded, SafeKeys, CarefulList, AccessAttemptAdmin):
    """After one is deleted, the person can try again at once."""
