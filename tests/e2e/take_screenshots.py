"""`make screenshots`: the pictures of the README, from the seeds. Not collected by `make test`."""

import pytest

from articles import moderation
from articles.models import Article
from tests.conftest import ROOT

pytestmark = pytest.mark.e2e
IMAGES = ROOT / "docs" / "images"
SIZE = {"width": 1280, "height": 860}
# Stand-ins for the pictures of the providers, which are not ours to show.
SHADES = ["#31572c", "#274c77", "#7b2d26", "#5f0f40", "#0b525b"]


def test_take_the_pictures_of_the_readme(seeded, new_page, log_in, make_user):
    editor = make_user("Editors", username="anne")
    for article in Article.objects.filter(state__in=["pending", "live"]).order_by("pk")[:4]:
        moderation.publish(article, by=editor, version=article.version)
    page = new_page(viewport=SIZE)
    page.route(lambda url: "localhost" not in url, paint)

    page.goto("/")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / "front.png")
    log_in(page, editor)
    page.goto("/admin/articles/article/")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / "admin.png")


def paint(route):
    number = sum(route.request.url.encode())
    one, other = SHADES[number % 5], SHADES[(number // 5) % 5]
    svg = f"""<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630">
        <defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="{one}"/><stop offset="1" stop-color="{other}"/>
        </linearGradient></defs><rect width="1200" height="630" fill="url(#g)"/>
        <circle cx="{200 + number % 800}" cy="{number % 400}" r="220" fill="#fff" opacity=".12"/></svg>"""
    route.fulfill(body=svg, content_type="image/svg+xml")
