"""Lists of the admin whose address was written by hand."""

from django.contrib import admin
from django.db import DataError
from django.http import HttpResponseRedirect


class CarefulList(admin.ModelAdmin):
    """For a ModelAdmin: a value in the address that no column can be compared with is an error, as in Django's own
    filters (`?e=1`), and no broken page.
    """

    def changelist_view(self, request, extra_context=None):
        if request.method != "GET":
            return super().changelist_view(request, extra_context)
        try:
            return super().changelist_view(request, extra_context)
        except (ValueError, OverflowError, DataError):
            return HttpResponseRedirect(f"{request.path}?e=1")
