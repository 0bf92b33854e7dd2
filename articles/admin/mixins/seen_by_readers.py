"""Rows of the admin that readers see beside articles: providers, topics, images, reasons."""

from django.contrib import admin

from articles import editions


class SeenByReaders(admin.ModelAdmin):
    """For a ModelAdmin: what its form and inlines save is on the next page that a reader asks for."""

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        editions.new_on_commit()
