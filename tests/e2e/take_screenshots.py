"""`make screenshots`: the pictures of the README, from the seeds. Not collected by `make test`."""

import pytest

from articles import moderation
from articles.models import Article
from tests.conftest import ROOT

pytestmark = pytest.mark.e2e
IMAGES = ROOT / "docs" / "images"
SIZE = {"width": 1280, "height": 960}
# Stand-ins for the pictures of the providers, which are not ours to show.
SHADES = ["#31572c", "#274c77", "#7b2d26", "#5f0f40", "#0b525b"]


def test_take_the_pictures_of_the_readme(seeded, new_page, log_in, make_user):
    editor = make_user("Editors", username="anne")
    page = new_page(viewport=SIZE)
    page.route(lambda url: "localhost" not in url, paint)

    log_in(page, editor)
    page.goto("/desk/queue/")
    page.locator("[data-open]").first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / "desk.png")
    for article in Article.objects.filter(state__in=["pending", "live"]).order_by("pk")[:4]:
        moderation.publish(article, by=editor, version=article.version)
    page.goto("/")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / "front.png")


def paint(route):
    """Hills under a moon, in another light for each address."""
    number = sum(route.request.url.encode())
    shade = SHADES[number % 5]
    hills = ""
    for row in range(3):
        left, right = (number * 7 + 260 * row) % 900, 500 + (number * 3 + 190 * row) % 600
        curve = f"C{left} {180 + 90 * row} {right} {430 + 60 * row} 1200 {280 + 100 * row}"
        hills += f'<path d="M0 630V{300 + 90 * row} {curve} V630Z" fill="{shade}" opacity="{0.35 + 0.25 * row}"/>'
    svg = f"""<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630">
        <defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="{shade}"/><stop offset="1" stop-color="#f0d9b5"/>
        </linearGradient></defs><rect width="1200" height="630" fill="url(#g)"/>
        <circle cx="{200 + number % 800}" cy="{110 + number % 90}" r="54" fill="#fff6e0" opacity=".85"/>{hills}</svg>"""
    route.fulfill(body=svg, content_type="image/svg+xml")
