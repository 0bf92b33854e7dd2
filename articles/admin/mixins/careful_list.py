"""Lists of the admin whose address was written by hand."""

from django.contrib import admin
from django.db import DataError
from django.http import HttpResponseRedirect
from django.utils.text import smart_split

from articles.models import typed_words

# What the filters of Django's admin add to the name of their column.
OF_FILTERS = ("", "__exact", "__id__exact", "__isnull", "__isempty", "__gte", "__lt")
OF_DATES = ("__year", "__month", "__day")


class CarefulList(admin.ModelAdmin):
    """For a ModelAdmin: a value in the address with which no column can be compared leads to `?e=1`, as in Django's
    own filters, instead of a server error.
    """

    def lookup_allowed(self, lookup, value, request=None):
        """Allows what the filters and dates of the list send. Django would let people ask any column in any way, also
        where the database answers with an error: a pattern that is none, or a part of a JSON value.
        """
        offered = {f"{_name_of(item)}{more}" for item in self.get_list_filter(request) for more in OF_FILTERS}
        offered |= {f"{self.date_hierarchy}{more}" for more in OF_DATES}
        return lookup in offered and super().lookup_allowed(lookup, value, request)

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


def _name_of(item) -> str:
    """Returns the parameter or column of an item of `list_filter`."""
    if isinstance(item, str):
        return item
    return item[0] if isinstance(item, (list, tuple)) else item.parameter_name
