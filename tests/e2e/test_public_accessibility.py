"""axe finds nothing against WCAG 2.2 AA on any public page, and nothing scrolls sideways."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User

from articles import moderation
from articles.models import Article, Reason
from tests.factories import make_article, make_image, make_provider, make_topic

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAGES = [
    "/",
    "/latest/",
    "/latest/?type=wrong",
    "/latest/?type=event",
    "/topics/",
    "/topics/power/",
    "/providers/",
    "/providers/p.example/",
    "/articles/shown/",
    "/articles/film/",
    "/articles/gone/",
    "/archive/",
    "/archive/2020/06/",
    "/archive/2020/06/11/",
    "/corrections/",
    "/search/?q=tram",
    "/search/?q=never-was",
    "/about/",
    "/never-was/",
]
LONG = "Donaudampfschifffahrtsgesellschaftskapitän" * 3 + " and more words " * 5


def fill():
    root = make_topic("Root")
    topics = [
        make_topic("Power", parent=root),
        make_topic(LONG[:150], parent=root, slug="long"),
        make_topic("人工智能"),
    ]
    providers = [make_provider(domain="p.example", name="The Post"), make_provider(name=LONG[:200])]
    for n in range(40):
        make_article(
            published=True,
            title=LONG if n % 5 == 4 else "The council approves a tram along the harbour",
            excerpt=LONG,
            type="video" if n % 3 else "article",
            category="learning" if n % 4 == 3 else "news",
            provider=providers[n % 5 == 4],
            topics=topics if n % 5 == 4 else topics[:1],
            images=[make_image(title="A quay at dawn")] if n % 2 else [],
        )
    make_article(
        published=True,
        slug="shown",
        title="What the tram will cost",
        excerpt=LONG,
        amp_url="https://amp.example/",
        topics=topics,
        images=[make_image(attribution="Jane Doe")],
        related=[{"title": LONG, "provider": providers[1], "type": "video"}, {"title": ""}],
    )
    make_article(
        published=True,
        slug="film",
        title="قطار الميناء",
        body="## Heading\n\n> quoted\n\n1. one\n\n|"
        + " a long name |" * 12
        + "\n|"
        + "---|" * 12
        + "\n|"
        + " 1 |" * 12
        + "\n",
        extra={"featuredContent": "https://vimeo.com/123456789"},
        images=[make_image(), make_image()],
        related=[{"target": Article.objects.get(slug="shown")}],
    )
    flood = make_provider(name="Flood " * 20)
    for n in range(9):
        make_article(published=True, title=LONG, provider=flood, rank=99_999 + n)
    gone = make_article(published=True, slug="gone", title=LONG)
    reason, _ = Reason.objects.get_or_create(slug="error", defaults={"label": "It was wrong"})
    boss = User.objects.create_superuser("boss")
    moderation.withdraw(gone, by=boss, version=gone.version, why=moderation.Why(reason, LONG))


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages_are_accessible_and_fit_the_window(new_page, scheme, width):
    fill()
    page = new_page(color_scheme=scheme, viewport={"width": width, "height": 900})

    found = {}
    for path in PAGES:
        page.goto(path)
        axe = Axe().run(page, options=RULES)
        found[path] = [f"{v['id']}: {node['html']}" for v in axe.response["violations"] for node in v["nodes"]]
        if (overflow := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            found[path].append(f"scrolls sideways by {overflow} pixels")

    assert found == {path: [] for path in PAGES}


def test_skip_link_is_the_first_stop_and_leads_to_the_content(page):
    make_article(published=True)
    page.goto("/")

    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent")
    seen = page.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")

    assert (first, seen, page.evaluate("document.activeElement.id")) == ("Skip to content", True, "content")


def test_a_picture_that_does_not_load_leaves_the_name_of_its_source(new_page):
    make_article(published=True, provider=make_provider(name="GeekWire"), images=[make_image(title="A quay")])
    page = new_page()
    page.route("https://pictures.example/**", lambda route: route.fulfill(body="no picture", content_type="image/png"))
    page.goto("/")

    page.wait_for_function("document.querySelector('.picture img').complete")
    instead = page.evaluate("getComputedStyle(document.querySelector('.picture img'), '::after').content")

    assert instead == '"GeekWire"'
