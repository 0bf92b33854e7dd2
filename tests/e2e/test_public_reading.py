"""Reading in a real browser: films wait for a click, nothing moves while a page loads, and pages are light."""

import gzip

import pytest

from articles.models import Article
from tests.factories import make_article, make_image, make_provider, make_topic

pytestmark = [pytest.mark.e2e, pytest.mark.any_database, pytest.mark.django_db(transaction=True)]

KB = 1024
WATCH_SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shifts += entry.value; }))
  .observe({type: "layout-shift", buffered: true});
"""


@pytest.mark.parametrize(
    ("featured", "address"),
    [
        (
            "https://www.youtube.com/watch?v=2EXSdJw1TEY",
            "https://www.youtube-nocookie.com/embed/2EXSdJw1TEY?autoplay=1",
        ),
        ("https://vimeo.com/123456789", "https://player.vimeo.com/video/123456789?dnt=1&autoplay=1"),
    ],
)
@pytest.mark.parametrize("picture", [True, False])
def test_a_film_is_asked_for_when_its_reader_plays_it_and_not_before(new_page, live_server, featured, address, picture):
    make_article(
        published=True, slug="film", extra={"featuredContent": featured}, images=[make_image()] if picture else []
    )
    page, asked = new_page(java_script_enabled=False), []
    page.on("request", lambda request: asked.append(request.url))
    page.route(address, lambda route: route.fulfill(body="<p>The film", content_type="text/html"))

    page.goto("/articles/film/", wait_until="networkidle")
    page.mouse.wheel(0, 3000)
    page.wait_for_timeout(500)
    before = [url for url in asked if not url.startswith((live_server.url, "https://pictures.example/"))]
    page.frame_locator("iframe").get_by_text("Play the film here").click()
    page.frame_locator("iframe").get_by_text("The film", exact=True).wait_for()

    after = [url for url in asked if not url.startswith((live_server.url, "https://pictures.example/"))]
    assert (before, after) == ([], [address])


def test_a_film_is_played_from_the_keyboard(page):
    make_article(published=True, slug="film", extra={"featuredContent": "https://vimeo.com/123456789"})
    page.route("https://player.vimeo.com/**", lambda route: route.fulfill(body="<p>The film", content_type="text/html"))
    page.goto("/articles/film/")

    page.get_by_role("link", name="Read at").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.frame_locator("iframe").get_by_text("The film", exact=True).wait_for()


def fill():
    """A front page as full as it gets, of long titles and excerpts, most with pictures."""
    topics = [make_topic("Power", parent=make_topic("Root")), make_topic("Water")]
    flood = make_provider(name="The Flood", domain="flood.example")
    for n in range(50):
        make_article(
            published=True,
            title=f"The council approves the tram along the harbour after a night of talks, part {n}",
            excerpt="The harbour line comes first and the bridge follows, with a path for bicycles and a lift. " * 4,
            provider=flood if n % 3 == 0 else make_provider(name=f"The Daily Courier {n}"),
            topics=topics,
            images=[make_image(title="A quay at dawn", copy=f"{n:032x}", copy_width=1280, copy_height=720)],
        )
    target = Article.objects.order_by("-pk")[0]
    make_article(
        published=True,
        slug="shown",
        body="## Heading\n\nText\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        extra={"featuredContent": "https://vimeo.com/123456789"},
        images=[make_image(width=None, height=None), make_image()],
        related=[{"target": target}],
    )


def test_nothing_moves_while_a_page_loads(new_page):
    fill()
    found = {}
    for width in (390, 1280):
        page = new_page(viewport={"width": width, "height": 900})
        page.route("**/media/**", lambda route: route.fulfill(body=PICTURE, content_type="image/svg+xml"))
        page.add_init_script(WATCH_SHIFTS)
        for path in ("/", "/latest/", "/articles/shown/", "/topics/root/", "/archive/2020/06/", "/about/"):
            page.goto(path, wait_until="networkidle")
            page.mouse.wheel(0, 2000)
            page.wait_for_timeout(300)
            if shift := page.evaluate("window.shifts"):
                found[width, path] = shift

    assert found == {}


def test_a_page_of_179_related_links_is_as_long_as_its_article(new_page, live_server):
    long = "Microsoft and a partner announce a service that does what its name says, in twelve regions"
    make_article(published=True, slug="many", excerpt=long * 3, related=[{"title": f"{long} {n}"} for n in range(179)])
    page = new_page(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    page.goto("/articles/many/")
    height = page.evaluate("document.documentElement.scrollHeight")

    page.get_by_role("link", name="All 179 related links").click()

    links = page.get_by_role("complementary", name="Related").get_by_role("listitem")
    assert links.count() == 179
    assert height <= 2500
    columns = {round(box["x"]) for box in (links.nth(n).bounding_box() for n in (0, 90, 178))}
    assert len(columns) == 3


PICTURE = b"<svg xmlns='http://www.w3.org/2000/svg' width='1280' height='720'><rect width='1280' height='720'/></svg>"


def test_a_full_front_page_is_light_and_wants_one_style_sheet_and_one_script(new_page, live_server, sheets):
    fill()
    page, kinds, style = new_page(), [], sheets["/static/site.css"]
    page.route("**/media/**", lambda route: route.fulfill(body=PICTURE, content_type="image/svg+xml"))
    page.on("request", lambda request: kinds.append(request.resource_type))

    html = page.goto("/", wait_until="networkidle").body()

    assert [kind for kind in kinds if kind in ("stylesheet", "script", "font", "fetch", "xhr")] == [
        "stylesheet",
        "script",
    ]
    packed = len(gzip.compress(html)) + len(gzip.compress(style.read_bytes()))
    assert packed < 20 * KB
    assert len(html) + len(style.read_bytes()) < 90 * KB


@pytest.mark.parametrize(("width", "is_open"), [(390, False), (1280, True)])
def test_the_filters_of_the_latest_are_closed_on_phones_and_open_where_there_is_room(new_page, width, is_open):
    make_article(published=True, title="Only one", topics=[make_topic("Power")])
    page = new_page(viewport={"width": width, "height": 800})
    page.goto("/latest/")

    assert page.get_by_label("Topic").is_visible() is is_open
    if not is_open:
        page.get_by_text("Narrow the list").click()
    page.get_by_label("Topic").select_option("Power")
    page.get_by_role("button", name="Show", exact=True).click()

    # What narrows the list is in sight.
    assert page.get_by_label("Topic").is_visible()
    assert page.get_by_role("link", name="Only one").is_visible()


def test_a_lead_without_a_picture_leaves_no_empty_column(new_page):
    for number in range(4):
        make_article(published=True, title=f"Story {number}", heat=90 - number, excerpt="Long " * 60)
    page = new_page(viewport={"width": 1280, "height": 900})
    page.goto("/")

    lead, seconds = (page.locator(f".top > {name}").bounding_box() for name in (".lead", ".seconds"))

    assert seconds["y"] >= lead["y"] + lead["height"]
    assert seconds["x"] == lead["x"]
