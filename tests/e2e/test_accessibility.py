"""What a program can check of WCAG 2.2 AA on the pages where people work."""

import pytest

from articles.models import Article
from tests.e2e.accessibility import broken

pytestmark = pytest.mark.e2e


@pytest.mark.any_database
def test_the_admin_breaks_no_rule_of_accessibility_and_fits_the_window(seeded, page, log_in, make_user):
    article = Article.objects.visible().get()
    log_in(page, make_user("Editors"))
    paths = [
        "/admin/",
        "/admin/articles/article/",
        f"/admin/articles/article/{article.pk}/change/",
        f"/admin/articles/article/{article.pk}/history/",
        "/admin/articles/topic/",
        "/admin/providers/provider/",
        "/admin/articles/image/",
    ]

    found = {}
    for path in paths:
        page.goto(path)
        found[path] = broken(page)

    assert found == {path: [] for path in paths}
