"""Rows of the admin that readers see beside articles: providers, topics, pictures, reasons."""

from django.contrib import admin

from articles import editions


class SeenByReaders(admin.ModelAdmin):
    """For a ModelAdmin: what is saved in its form, or in an inline of it, stands on the next page that is asked for."""

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        editions.new_on_commit()
