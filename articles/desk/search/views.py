"""/desk/search/: one search over everything for staff; as a page, and as the list below the box in the bar."""

from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from articles.desk.access import staff_only
from articles.desk.search.results import search
from articles.moderation import DECIDE

ON_PAGE, BELOW_BOX = 25, 8


@require_safe
@staff_only(DECIDE)
def search_all(request):
    is_part = "part" in request.GET
    results = search(request.GET.get("q", ""), BELOW_BOX if is_part else ON_PAGE, request.get_host())
    template = "desk/search/search.html#results" if is_part else "desk/search/search.html"
    return TemplateResponse(request, template, {"results": results, "section": "search"})
