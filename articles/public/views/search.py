"""View of /search/: the best matches, in pages, with filters."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.paging import SIZE, BadCursor, Page
from articles.public.cards import each_image_once, without_common_topics
from articles.public.search import MAX_QUERY_LENGTH, MAX_RESULTS, load
from articles.public.search_filters import SearchFilter


@require_safe
def search(request):
    filtered = SearchFilter(request.GET)
    found = filtered.found
    number = _page_number(request.GET.get("page", "1"), len(found))
    form = filtered.form
    kept = {"q": filtered.text, **(filtered.chosen if filtered.is_valid() else {})}

    def address(page):
        return "?" + urlencode({**kept, "page": page} if page > 1 else kept)

    page = Page(
        without_common_topics(each_image_once(load(found[(number - 1) * SIZE : number * SIZE]))),
        newer=address(number - 1) if number > 1 else "",
        older=address(number + 1) if len(found) > number * SIZE else "",
        is_first=number == 1,
    )
    context = {
        "section": "search",
        "text": filtered.text,
        "form": form,
        "page": page,
        "number": number,
        "count": len(found),
        "is_best": sum(one.matches for one in found) == MAX_RESULTS,
        "words": filtered.query.free if form.is_valid() else (),
        "is_asked": form.is_valid() and filtered.query.says_something,
        "longest": MAX_QUERY_LENGTH,
        "canonical": request.path + (address(number) if filtered.text else ""),
    }
    return render(request, "public/search.html", context, status=200 if form.is_valid() else 400)


def _page_number(text, found):
    """The number of the page; raises BadCursor if it has no results, but for page 1."""
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= max(1, -(-found // SIZE))):
        raise BadCursor
    return int(text)
