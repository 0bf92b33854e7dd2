"""A real browser on a live server. Any error in the console, a broken rule of the CSP included, fails the test."""

import contextlib
import io
import os
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from articles.models import Article
from articles.priority import priority_of
from tests.collected import collect
from tests.e2e.chromium import CHROMIUM, NAMES
from tests.factories import make_article, make_image, make_provider, make_topic

# Pictures stand on other sites, which no test visits.
PICTURE = b"<svg xmlns='http://www.w3.org/2000/svg' width='1200' height='630'><rect width='1200' height='630'/></svg>"
TWENTY = 20

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def browser(django_db_setup):
    if not CHROMIUM:
        pytest.skip(f"no Chromium: none of {', '.join(NAMES)} is in PATH, and CHROMIUM does not say where one is")
    # Playwright runs its event loop in this thread. Beside it Django would refuse the database, and `connection` is
    # another one, which must know too what to put back after a test has emptied the tables.
    contents = connection._test_serialized_contents
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        connection._test_serialized_contents = contents
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()
        connection.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def sheets(tmp_path_factory):
    """Our style sheets as production serves them, by their address: each with what it imports."""
    files = collect(tmp_path_factory.mktemp("static"))
    return {f"/static/{name}": path for name, path in files.items() if name.endswith(".css")}


@pytest.fixture
def new_page(browser, live_server, sheets):
    """Make a page of a person of their own: `new_page(viewport=…, color_scheme="dark")`."""
    contexts, problems = [], []

    def make(**options):
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        context.route(
            lambda url: not url.startswith(live_server.url),
            lambda route: route.fulfill(body=PICTURE, content_type="image/svg+xml"),
        )
        context.route(
            lambda url: urlsplit(url).path in sheets,
            lambda route: route.fulfill(path=sheets[urlsplit(route.request.url).path], content_type="text/css"),
        )
        page = context.new_page()
        visited = set()
        # What is posted, a script's step too, may be refused; a refusal is an answer.
        page.on(
            "request",
            lambda request: (request.is_navigation_request() or request.method == "POST") and visited.add(request.url),
        )
        page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))

        def note(message):
            # That a page answers 404 or 410 is what a test may want to see; that a part of it is missing is not.
            address = message.location["url"].partition("#")[0]
            is_answer = message.text.startswith("Failed to load resource") and address in visited
            if message.type in ("error", "warning") and not is_answer:
                problems.append(f"{page.url}: {message.text}")

        page.on("console", note)
        return page

    yield make

    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def page(new_page):
    return new_page()


@pytest.fixture
def seeded(live_server, seeds):
    """The five seed articles, as `make run` imports them."""
    with contextlib.suppress(SystemExit):
        call_command("import_articles", str(seeds), verbosity=0, stdout=io.StringIO())


@pytest.fixture
def log_in(live_server):
    """Give a page the session of a person; test_dashboard.py and test_moderating.py fill in the forms for it."""

    def log_in(page, user):
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])

    return log_in


@pytest.fixture
def twenty(live_server):
    """Ten that are pending and ten that are live, the hottest first."""
    provider, topic, image = make_provider(name="The Verge"), make_topic("Power"), make_image()
    articles = []
    for number in range(TWENTY):
        article = make_article(
            title=f"Article {number:02}",
            excerpt="What it is about.",
            heat=199 - 9 * number,
            published=number % 2 == 1,
            provider=provider,
            topics=[topic],
            images=[image],
            related=[{}],
        )
        Article.objects.filter(pk=article.pk).update(priority=priority_of(article))
        articles.append(article)
    return articles
