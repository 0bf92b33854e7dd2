from django.conf import settings
from django.db import models
from django.db.models import Q


class SavedView(models.Model):
    """Filters of the queue that a person saved under a name, as a query string."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views", db_index=False
    )
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True, help_text="what follows the ? in the address")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="saved_view_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_name"),
        ]

    def __str__(self):
        return self.name


class DeskPreference(models.Model):
    """A person's settings of the desk; a person without a row has the defaults."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desk", primary_key=True
    )
    keys = models.BooleanField(default=True, help_text="one key for each action")
    digits = models.BooleanField(default=False, help_text="the digit of a reason sends the rejection at once")

    def __str__(self):
        return str(self.user)
