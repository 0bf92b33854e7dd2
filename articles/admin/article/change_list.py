"""The list of articles, narrowed by the parameters of its address."""

from copy import copy
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.utils.functional import cached_property

from articles.forms.filters import StaffArticleFilter
from articles.models import Article
from articles.models.moments import FIRST, LAST

DATES = ("published_at__year", "published_at__month", "published_at__day")


class ArticleChangeList(ChangeList):
    """Narrowed by StaffArticleFilter, search and date. A wrong value shows an error and no rows, never all of them."""

    @cached_property
    def filterset(self) -> StaffArticleFilter:
        return StaffArticleFilter(self.get_data, queryset=Article.objects.all())

    def __init__(self, request, *args, **kwargs):
        self.get_data = request.GET
        self.problems: list[str] = []
        super().__init__(request, *args, **kwargs)
        self.title = "Articles"

    def get_filters_params(self, params=None):
        """Leaves only the dates to Django's own filter: by others people could search what they must not see."""
        rest = super().get_filters_params(params)
        unknown = set(rest) - set(self.filterset.filters) - set(DATES) - {"_changelist_filters"}
        self.problems += [f"There is no filter “{name[:50]}”." for name in sorted(unknown)]
        return {name: value for name, value in rest.items() if name in DATES}

    def get_queryset(self, request, exclude_parameters=None):
        self.problems = []
        if "\x00" in request.GET.get(SEARCH_VAR, ""):
            self.problems.append("One cannot search for this character.")
        try:
            queryset = super().get_queryset(request, exclude_parameters)
        except (IncorrectLookupParameters, ValueError, OverflowError):
            self.problems.append("There is no such date.")
        if not self.filterset.is_valid():
            self.problems.append("A filter has a wrong value.")
        if self.problems:
            # Its links would need a valid date.
            self.date_hierarchy = None
            return self.root_queryset.none()
        articles: Any = self.filterset.filter_queryset(queryset)  # the stubs know no queryset of ours
        return articles.for_cards()

    def get_results(self, request):
        try:
            super().get_results(request)
        except IncorrectLookupParameters:
            self.problems.append("There is no such page.")
            self.queryset, self.page_num = self.queryset.none(), 1
            super().get_results(request)
        self.result_list = list(self.result_list)
        visible = set(
            Article.objects.visible().filter(pk__in=[row.pk for row in self.result_list]).values_list("pk", flat=True)
        )
        for row in self.result_list:
            row.readers_see_it = row.pk in visible

    @property
    def of_possible_dates(self) -> Any:
        """The list for the links to years: counting by years fails for moments that not every time zone has."""
        listed = copy(self)
        listed.queryset = self.queryset.filter(published_at__gte=FIRST, published_at__lte=LAST)
        return listed

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query or any(self.get_data.get(name) for name in (*self.filterset.filters, *DATES)))

    @property
    def filters_in_use(self) -> int:
        return sum(bool(self.get_data.get(name)) for name in self.filterset.filters)
