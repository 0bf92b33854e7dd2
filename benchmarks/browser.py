"""What a browser makes of the pages: figures as Lighthouse has them, from Chromium on a served site.

A phone and a desk, each with the line and the processor that Lighthouse gives it, and an empty cache. The pictures are
our own copies, made by the product from uploads.
"""

import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from io import BytesIO

from benchmarks.figures import Figure
from benchmarks.imports import _environment
from benchmarks.site import _gunicorn, _pages, _python
from benchmarks.sizes import BROWSER_PICTURES, BROWSER_ROUNDS, FEW, SMOKE, left_out

PORT = 8974
# Width of the window: milliseconds there and back, bits a second, how many times slower than this processor.
WINDOWS = {390: (150, 1_638_400, 4), 1280: (40, 10_240_000, 1)}
GOOD_LCP = 2500  # "good" in the Core Web Vitals

# Before the page's own: its CSP would let no other script in.
WATCH = """
    window.seen = {fcp: 0, lcp: 0, cls: 0};
    const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note))
        .observe({type, buffered: true});
    watch("paint", (entry) => { if (entry.name === "first-contentful-paint") seen.fcp = entry.startTime; });
    watch("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
    watch("layout-shift", (entry) => { seen.cls += entry.value; });
"""
READ = """() => {
    const html = performance.getEntriesByType("navigation")[0].decodedBodySize;
    const early = performance.getEntriesByType("resource").filter((entry) => entry.startTime < seen.fcp);
    const sheets = early.filter((entry) => new URL(entry.name).pathname.endsWith(".css")).length;
    const scripts = [...document.scripts].filter((script) => script.type !== "application/ld+json").length;
    return {...seen, html, sheets, scripts};
}"""
# Pictures further down are loaded as the reader comes to them, and may move nothing then either.
SCROLL = """async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
        scrollTo(0, y);
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}"""


@dataclass
class Visit:
    fcp: float
    lcp: float
    cls: float
    html: int
    sheets: int
    scripts: int
    requests: int
    sent: int


def figures() -> Iterator[Figure]:
    from playwright.sync_api import sync_playwright

    from tests.e2e.chromium import CHROMIUM

    if not CHROMIUM:
        left_out("browser: not measured, there is no Chromium")
        return
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/browser.sqlite3"
        media = {"MEDIA_ROOT": f"{folder}/media"}
        _python(url, "manage.py", "migrate", "-v0")
        _python(url, "manage.py", "collectstatic", "--no-input", "-v0")
        _python(url, "-m", "benchmarks.rows", str(FEW))
        _python(url, "-m", "benchmarks.browser", **media)
        _python(url, "manage.py", "cache_images", "-v0", NEWSROOM_REMOTE_IMAGES="off", **media)
        pages = _pages(url) | {"search": "/search/?q=power"}
        del pages["deep"], pages["deep_json"]
        environment = _environment(url) | media | {"NEWSROOM_REMOTE_IMAGES": "cache"}
        with _gunicorn("newsroom.wsgi", PORT, environment, "--threads", "4"), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            yield from _figures(browser, pages)
            browser.close()


def _figures(browser, pages: dict[str, str]) -> Iterator[Figure]:
    sheets = scripts = 0
    for name, path in pages.items():
        for width in WINDOWS:
            if not SMOKE:
                _visit(browser, path, width)  # what is kept from the first visit on is no part of the figures
            visit = _median([_visit(browser, path, width) for _ in range(BROWSER_ROUNDS)])
            of = f"browser: {name} at {width} pixels"
            yield Figure(f"{of}, first paint", visit.fcp, "ms")
            yield Figure(f"{of}, largest paint", visit.lcp, "ms", GOOD_LCP)
            yield Figure(f"{of}, layout shift", visit.cls, "", 0)
            yield Figure(f"{of}, transferred", visit.sent / 1024, "KB")
            yield Figure(f"{of}, asked for", visit.requests, "requests")
            sheets, scripts = max(sheets, visit.sheets), max(scripts, visit.scripts)
        if name == "front":
            yield Figure("browser: front, unpacked", visit.html / 1024, "KB", 60)
    yield Figure("browser: most style sheets before the first paint", sheets, "", 1)
    yield Figure("browser: most scripts on a page", scripts, "", 1)


def _visit(browser, path: str, width: int) -> Visit:
    """Of a reader who has never been here, and reads to the end."""
    latency, bits, slower = WINDOWS[width]
    context = browser.new_context(viewport={"width": width, "height": 844}, device_scale_factor=2 if width < 400 else 1)
    page = context.new_page()
    page.add_init_script(WATCH)
    requests, sent = [], []
    session = context.new_cdp_session(page)
    session.on("Network.requestWillBeSent", lambda event: requests.append(event["requestId"]))
    session.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    session.send("Network.enable")
    line = {"latency": latency, "downloadThroughput": bits / 8, "uploadThroughput": bits / 8, "offline": False}
    session.send("Network.emulateNetworkConditions", line)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    answer = page.goto(f"http://127.0.0.1:{PORT}{path}", wait_until="networkidle")
    if answer is None or not answer.ok:
        raise RuntimeError(f"{path} does not answer")
    before = page.evaluate(READ)
    page.evaluate(SCROLL)
    page.wait_for_load_state("networkidle")
    after = page.evaluate(READ)
    context.close()
    return Visit(**before | {"cls": after["cls"]}, requests=len(requests), sent=sum(sent))


def _median(visits: list[Visit]) -> Visit:
    return Visit(*(statistics.median(getattr(visit, field.name) for visit in visits) for field in fields(Visit)))


def upload_pictures() -> None:
    """Give all articles of the database of DATABASE_URL a few pictures, as staff would upload them."""
    import django

    django.setup()
    from django.core.files.base import ContentFile
    from django.db.models import F

    from articles.models import ArticleImage, Image

    images = list(Image.objects.order_by("pk")[:BROWSER_PICTURES])
    for number, image in enumerate(images):
        image.file.save(f"bench-{number}.jpg", ContentFile(_photo(number)))
    ArticleImage.objects.update(image=images[0].pk + F("article") % BROWSER_PICTURES)


def _photo(number: int) -> bytes:
    """As many bytes as a photo has: a gradient of a colour of its own under grain."""
    from PIL import Image

    shape = [(1600, 900), (1280, 960), (1200, 1200), (800, 1200)][number % 4]
    hue = Image.new("HSV", shape, (number * 255 // BROWSER_PICTURES, 110, 200)).convert("RGB")
    light = Image.radial_gradient("L").resize(shape).convert("RGB")
    grain = Image.effect_noise(shape, 40).convert("RGB")
    file = BytesIO()
    Image.blend(Image.blend(hue, light, 0.4), grain, 0.2).save(file, "JPEG", quality=85)
    return file.getvalue()


if __name__ == "__main__":
    upload_pictures()
