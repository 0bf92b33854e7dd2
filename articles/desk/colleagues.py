"""The people who work at the desk."""

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from articles.moderation import DECIDE


def colleagues() -> QuerySet[User]:
    """Returns the people to whom an article can be assigned: those who may decide."""
    may_decide = Q(is_superuser=True)
    for path in ("groups__permissions", "user_permissions"):
        may_decide |= Q(**{f"{path}__codename": DECIDE.partition(".")[2]})
    return User.objects.filter(is_active=True, is_staff=True).filter(may_decide).distinct()
