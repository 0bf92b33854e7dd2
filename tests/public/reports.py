"""Reports of made-up stories, and what pages say of them."""

import re
from datetime import timedelta

from articles.models import Article
from tests.factories import make_article, make_provider
from tests.public.lists import DAY

HOUR = timedelta(hours=1)


def report(title: str, hour: int = 0, **fields) -> Article:
    """A published article of a provider of its own, of this hour."""
    if "provider" not in fields:
        fields["provider"] = make_provider(domain=f"{title.lower()}.example", name=title)
    fields.setdefault("slug", title.lower())
    fields.setdefault("web_url", f"https://{title.lower()}.example/it")
    return make_article(**{"published": True, "title": title, "published_at": DAY + hour * HOUR, **fields})


def covered(title: str, by, hour: int = 0, **fields) -> Article:
    return report(title, hour, published=False, cleared_as="covered", reviewed_by=by, **fields)


def others_on(page: str) -> list[tuple[str, str]]:
    """Address and text of each line "Also reported by" on a page."""
    found = re.findall(r'<p class="others"><a href="([^"]*)">(.*?)</a></p>', page, re.DOTALL)
    return [(address, re.sub("<[^>]*>", "", text)) for address, text in found]


def reports_on(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<h2 dir="auto">\s*<a href="([^"]*)"[^>]*>([^<]*)</a>', page)
