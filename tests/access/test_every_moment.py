"""No page fails, whatever moments the database holds, in any time zone."""

from datetime import UTC, datetime

import pytest

from articles import moderation
from articles.models import Article, LinkedPage
from tests.access.routes import LINES, Change

pytestmark = pytest.mark.django_db

FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
PUBLIC = ["/latest/?provider={domain}", "/search/?q=title", "/search/?q=before:0002-01-01", "/archive/0001/01/01/",
          "/archive/0001/01/", "/archive/9999/12/31/", "/archive/9999/12/", "/archive/1/1/1/"]  # fmt: skip
DESK = ["/desk/?since=0001-01-01", "/desk/?until=9999-12-31", "/desk/articles/{imported}/?version=1"]


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize("moment", [FIRST, LAST], ids=["year 1", "year 9999"])
def test_no_page_fails_at_the_ends_of_the_calendar(visitors, settings, zone, moment):
    settings.TIME_ZONE = zone
    moderation.curate(
        Article.objects.get(pk=visitors.site["visible"]),
        by=visitors.site["people"]["editor"],
        version=1,
        related=[{"url": "https://related.example/", "title": "Related"}],
    )
    Article.objects.update(published_at=moment, publish_at=FIRST, expires_at=LAST, created_at=moment)
    LinkedPage.objects.update(published_at=moment)

    failed = []
    for name, line in LINES.items():
        if isinstance(line, Change):
            continue
        for role in ("anonymous", "superuser"):
            address = visitors.address(name, role)
            if (answer := visitors.ask(role, "GET", address)).status_code >= 500:
                failed.append((name, role, address, answer.status_code))
    others = [address.format(**visitors.site) for address in PUBLIC + DESK]
    failed += [address for address in others if visitors.ask("superuser", "GET", address).status_code >= 500]

    assert failed == []
