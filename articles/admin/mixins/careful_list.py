"""Lists of the admin whose address was written by hand."""

from django.contrib import admin
from django.db import DataError
from django.http import HttpResponseRedirect
from django.utils.text import smart_split

from articles.models import typed_words


class CarefulList(admin.ModelAdmin):
    """For a ModelAdmin: a value in the address with which no column can be compared leads to `?e=1`, as in Django's
    own filters, instead of a server error.
    """

    def changelist_view(self, request, extra_context=None):
        if request.method != "GET":
            return super().changelist_view(request, extra_context)
        try:
            return super().changelist_view(request, extra_context)
        except (ValueError, OverflowError, DataError):
            return HttpResponseRedirect(f"{request.path}?e=1")

    def get_search_results(self, request, queryset, search_term):
        """Leaves out what is typed between the words, such as a dash."""
        return super().get_search_results(request, queryset, " ".join(typed_words(search_term, smart_split)))
