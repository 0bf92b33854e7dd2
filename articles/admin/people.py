"""People, roles and failed logins."""

from axes.admin import AccessAttemptAdmin
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User

from articles.admin.mixins.careful_list import CarefulList
from articles.admin.mixins.safe_keys import SafeKeys

admin.site.unregister([User, Group])


@admin.register(User)
class PersonAdmin(SafeKeys, CarefulList, UserAdmin):
    pass


@admin.register(Group)
class RoleAdmin(SafeKeys, CarefulList, GroupAdmin):
    pass


@admin.register(AccessAttempt)
class AttemptAdmin(SafeKeys, CarefulList, AccessAttemptAdmin):
    """After one is deleted, the person can try again at once."""
