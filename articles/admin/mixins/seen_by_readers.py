"""Rows of the admin that readers see beside articles: providers, topics, images, reasons."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet

from articles import editions


class SeenByReaders(admin.ModelAdmin):
    """For a ModelAdmin: what its form and inlines save is on the next page that a reader asks for."""

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        editions.new_on_commit()


class LinksToItsPage(admin.ModelAdmin):
    """For a ModelAdmin: the form has the link "View on site" if readers have a page of the row."""

    def visible_rows(self) -> QuerySet[Any]:
        raise NotImplementedError

    def view_on_site(self, row):
        return row.get_absolute_url() if self.visible_rows().filter(pk=row.pk).exists() else None
