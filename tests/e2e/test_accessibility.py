"""What a program can check of WCAG 2.2 AA on the pages where people work: light and dark, small and large."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from articles.models import Article

pytestmark = pytest.mark.e2e
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_the_admin_breaks_no_rule_of_accessibility_and_fits_the_window(
    scheme, width, seeded, new_page, log_in, make_user
):
    page = new_page(color_scheme=scheme, viewport={"width": width, "height": 900}, reduced_motion="reduce")
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
        broken = Axe().run(page, options=RULES).response["violations"]
        found[path] = [f"{rule['id']}: {node['html'][:200]}" for rule in broken for node in rule["nodes"]]
        if (overflow := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            found[path].append(f"scrolls sideways by {overflow} pixels")

    assert found == {path: [] for path in paths}
