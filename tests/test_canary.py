"""What is hidden from readers leaves no trace: not a word, not a count, not a header, from no public address.

A new public route wants one line in ROUTES: addresses of it that show an article while readers may see it.
"""

import re
import zlib
from collections import deque
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from html import unescape
from io import BytesIO
from itertools import product
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone
from PIL import Image as Picture

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, ArticleOldSlug, Reason, TopicOldSlug
from articles.models.image import copy_name
from articles.moderation import Context, Why, bulk
from articles.moderation.verbs import Withdraw
from tests.factories import make_article, make_image, make_provider, make_topic
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db

# Every word of a hidden article begins so: "zqxpendingtitle" is from the title of the pending one.
MARK = "zqx"
HIDDEN = ["pending", "rejected", "scheduled", "expired", "withdrawn", "deleted"]
# Each has a day of its own, on which nothing else was published.
KINDS = [*HIDDEN, "old", "new"]

# The name of a public route → addresses of it. Words in braces belong to one article. Those that show nothing of an
# article have no such word, and stand in SILENT.
ROUTES = {
    "front": ["/"],
    "latest": ["/latest/"],
    "latest, narrowed": [
        "/latest/?topic={topic}",
        "/latest/?provider={domain}",
        "/latest/?type=podcast",
        "/latest/?category=news",
        "/latest/?topic={topic}&provider={domain}&type=podcast&category=news",
    ],
    "article": ["/articles/{slug}/"],
    "corrections": ["/corrections/"],
    "about": ["/about/"],
    "archive": ["/archive/"],
    "archive_month": ["/archive/{month}/"],
    "archive_day": ["/archive/{month}/{day}/"],
    "topics": ["/topics/"],
    "topic": ["/topics/{topic}/"],
    "providers": ["/providers/"],
    "provider": ["/providers/{domain}/"],
    "search": [
        "/search/?q={title}",
        "/search/?q={excerpt}",
        "/search/?q={body}",
        "/search/?q=%22{title}%22",
        "/search/?q=topic:{topic}",
        "/search/?q=provider:{name}",
        "/search/?q=type:podcast",
        "/search/?q=after:2018-01-01+before:2019-01-01+type:podcast",
        "/search/?q=tram",
        "/search/?q=tram+-nothing",
        "/search/?q=tram&topic={topic}",
        "/search/?q=tram&provider={domain}",
        "/search/?topic={topic}",
        "/search/?provider={domain}&type=podcast",
    ],
    "picture": ["{file}", "{copy}"],
    "news_json": ["/api/news/index.json", "/api/news/page/1/index.json", "/api/news/page1/index.json"],
    "news_json, narrowed": ["/api/news/index.json?minimum_heat=90", "/api/news/index.json?since=2020-01-01"],
    "topic_json": ["/api/news/{topic}/index.json", "/api/news/{topic}/page/1/index.json"],
    "front_feed": ["/feed.rss", "/feed.atom", "/feed.json"],
    "latest_feed": ["/latest/feed.rss", "/latest/feed.atom", "/latest/feed.json"],
    "topic_feed": ["/topics/{topic}/feed.rss", "/topics/{topic}/feed.atom", "/topics/{topic}/feed.json"],
    "provider_feed": [
        "/providers/{domain}/feed.rss",
        "/providers/{domain}/feed.atom",
        "/providers/{domain}/feed.json",
    ],
    "search_feed": ["/search/feed.rss?q=tram", "/search/feed.atom?q={title}", "/search/feed.json?provider={domain}"],
    "sitemap": ["/sitemap.xml"],
    "sitemap_pages": ["/sitemap-pages.xml"],
    "sitemap_articles": ["/sitemap-articles-0.xml"],
    "sitemap_news": ["/sitemap-news.xml"],
    "robots": ["/robots.txt"],
    "security": ["/.well-known/security.txt"],
    "manifest": ["/site.webmanifest"],
    "favicon": ["/favicon.ico"],
    "health": ["/health/"],
}  # fmt: skip
# Never of one visible article.
SILENT = {
    "archive",
    "archive_month",
    "about",
    "corrections",
    "sitemap",
    "robots",
    "security",
    "manifest",
    "favicon",
    "health",
    "picture",
}
OLD_ADDRESSES = ["/articles/{old}/", "/topics/{old}/", "/topics/{old}/feed.rss", "/api/news/{old}/index.json"]


def public_routes(resolver) -> list[str]:
    names = []
    for route in resolver.url_patterns:
        if isinstance(route, URLResolver):
            names += [] if str(route.pattern) in ("desk/", "admin/") else public_routes(route)
        elif not str(route.pattern).startswith(("desk/", "admin/")):
            names.append(route.name)
    return names


def test_every_public_route_has_its_addresses_here():
    assert set(public_routes(get_resolver())) == {name.partition(",")[0] for name in ROUTES}


# The site


@pytest.fixture(autouse=True)
def kept_pages(settings, tmp_path):
    """With the page cache of production."""
    settings.CACHES = settings.CACHES | {
        "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "canary"}
    }
    settings.MEDIA_ROOT, settings.CONTACT = tmp_path / "media", "mailto:someone@news.example"
    caches["pages"].clear()
    caches["editions"].clear()


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What is done in it is as good as committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def boss(make_user):
    return make_user("superuser", username="boss")


def words_of(kind: str) -> dict[str, str]:
    """What stands for the words in braces."""
    names = ("title", "excerpt", "body", "slug", "topic", "name", "old")
    month = KINDS.index(kind) + 1 if kind in KINDS else 12
    return {name: f"{MARK}{kind}{name}" for name in names} | {
        "domain": f"{MARK}{kind}.example",
        "month": f"2018/{month:02}",
        "day": f"{month + 10}",
    }


def a_picture(word: str, colour: int, **fields):
    data = BytesIO()
    Picture.new("RGB", (60, 40), (colour, 7, 7)).save(data, "PNG")
    fields = {"title": f"{word}title", "attribution": f"{word}by", **fields}
    image = make_image(url=f"https://{word}.example/{word}.png", **fields)
    image.file.save(f"{word}.png", ContentFile(data.getvalue()))
    image.copy, image.copy_width, image.copy_height = blake2b(word.encode(), digest_size=16).hexdigest(), 60, 40
    default_storage.save(copy_name(image.copy, 60), ContentFile(data.getvalue()))
    image.save()
    return image


def canary(kind: str, *, shared_topic, **fields) -> Article:
    """An article with words of its own in every field, close to others by topic, date, words and heat."""
    word, words = f"{MARK}{kind}", words_of(kind)
    number = len(kind) + sum(map(ord, kind)) % 200
    topic = make_topic(
        f"{word}topic", slug=words["topic"], short_name=f"{word}short", description=f"{word}subject",
        keywords=[f"{word}keyword"], parent=shared_topic,
    )  # fmt: skip
    TopicOldSlug.objects.create(slug=words["old"], topic=topic)
    provider = make_provider(
        domain=words["domain"], name=words["name"], description=f"{word}house", other_names=[f"{word}alias"]
    )
    provider.image_links.create(image=a_picture(f"{word}logo", number % 250))
    picture = a_picture(f"{word}picture", (number + 1) % 250)
    article = make_article(
        **{
            "title": f"The tram {words['title']}",
            "slug": words["slug"],
            "path": f"_news/{word}path.md",
            "excerpt": f"A tram {words['excerpt']}",
            "body": f"The tram {words['body']} goes.",
            "web_url": f"https://{word}web.example/{word}",
            "original_url": f"https://{word}original.example/",
            "amp_url": f"https://{word}amp.example/",
            "cdn_amp_url": f"https://{word}cdn.example/",
            "published_at": datetime.strptime(f"{words['month']}/{words['day']} 12 Z", "%Y/%m/%d %H %z"),
            "type": "podcast",
            "heat": 100,
            "quality": 50,
            "pinned_at": timezone.now(),
            "notes": f"{word}notes",
            "flag": f"{word}flag",
            "secured": f"{word}secured",
            "extra": {"tags": [f"{word}tag"], "highlight": f"{word}highlight", f"{word}key": 1},
            "source": zlib.compress(f"---\ntitle: {word}source\n---\n".encode()),
            "provider": provider,
            "topics": [topic, shared_topic],
            "images": [picture],
            "related": [{
                "title": f"{word}linktitle", "url": f"https://{word}link.example/", "excerpt": f"{word}linkexcerpt",
                "provider": make_provider(domain=f"{word}link.example", name=f"{word}linkname"),
            }],
            **fields,
        }
    )  # fmt: skip
    article.related.get().image_links.create(image=a_picture(f"{word}linkpicture", (number + 2) % 250))
    ArticleOldSlug.objects.create(slug=words["old"], article=article)
    return article


def address(template: str, kind: str, article: Article | None = None) -> str:
    if template in ("{file}", "{copy}"):
        image = article.ordered_images[0]
        return image.file.url if template == "{file}" else image.src
    return template.format(**words_of(kind))


@pytest.fixture
def shared_topic():
    return make_topic("Trams", slug="trams", description="All about trams")


@pytest.fixture
def others(shared_topic):
    """What readers may see, in more pages than one, before and after the hidden articles and beside them."""
    provider = make_provider(domain="seen.example", name="Seen")
    picture = a_picture("shared", 240)
    return [
        make_article(
            published=True,
            title=f"The tram number {n}",
            slug=f"seen-{n}",
            heat=80 + n,
            published_at=datetime(2020, 6, 11, 12, 25, tzinfo=UTC) + timedelta(minutes=n - 15),
            topics=[shared_topic],
            images=[picture],
            provider=provider,
            related=[{"title": f"Elsewhere {n}", "url": "https://elsewhere.example/"}],
        )
        for n in range(36)
    ]


def hide(kind: str, shared_topic, boss, **more) -> Article:
    """An article that is hidden in this way, made so by the verbs wherever a person does that."""
    now, why = timezone.now(), Why(Reason.objects.get(slug="other"), f"{MARK}{kind}why")
    fields = {
        "pending": {},
        "rejected": {},
        "scheduled": {"published": True, "publish_at": now + timedelta(days=1)},
        "expired": {"published": True, "expires_at": now - timedelta(minutes=1)},
        "withdrawn": {"published": True},
        "deleted": {"published": True},
    }[kind]
    article = canary(kind, shared_topic=shared_topic, **fields, **more)
    match kind:
        case "rejected":
            moderation.reject(article, by=boss, version=1, why=why)
        case "withdrawn":
            moderation.withdraw(article, by=boss, version=1, why=why)
        case "deleted":
            moderation.delete(article, by=boss, version=1)
    return article


# Asking


def ask(path: str, method: str = "get", **headers):
    """Status, headers and body, whole."""
    answer = getattr(Client(headers=headers), method)(path)
    body = answer.getvalue() if answer.streaming else answer.content
    # That of /health/ is now.
    return (
        answer.status_code,
        sorted((name, value) for name, value in answer.headers.items() if name != "Expires"),
        body,
    )


def text_of(said) -> str:
    status, headers, body = said
    return f"{status} {headers} {body.decode('latin-1')}".lower()


def words_in(said, but=()) -> set[str]:
    return set(re.findall(rf"{MARK}\w+", text_of(said))) - set(but)


def crawl(*start: str) -> dict[str, tuple]:
    """What every address answers that can be reached by links, from the start on."""
    said, waiting = {}, deque(start)
    while waiting:
        path = waiting.popleft()
        if path in said or path.startswith("/static/"):
            continue
        said[path] = _, headers, body = ask(path)
        assert len(said) < 1000, "the crawl has no end"
        found = re.findall(r'(?:href|src|content)="([^"]+)"|<loc>([^<]+)</loc>', body.decode("latin-1"))
        found += [(url, "") for srcset in re.findall(r'srcset="([^"]+)"', body.decode("latin-1"))
                  for url in re.findall(r"/media/\S+", srcset)]  # fmt: skip
        found += [(value, "") for name, value in headers if name == "Location"]
        for url in (unescape("".join(pair)) for pair in found):
            parts = urlsplit(urljoin(f"http://testserver{path}", url.encode("latin-1").decode(errors="replace")))
            if parts.netloc == "testserver" and url.startswith(("/", "?", "http://testserver/")):
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return said


STARTS = [
    *(path for paths in ROUTES.values() for path in paths if "{" not in path),
    "/topics/trams/",
    "/api/news/trams/index.json",
    "/search/?q=topic:trams",
    "/search/?q=tram&topic=trams",
    "/search/?q=provider:seen&provider=seen.example",
]


def test_the_public_site_is_the_same_with_hidden_articles_as_without_them(shared_topic, others, boss):
    """Byte for byte: no word, no count, no order, no neighbour, no header tells of them."""
    before = crawl(*STARTS)
    first = others[0].related.get()
    for kind in HIDDEN:
        # Three stand among the others, by their date, and three alone.
        among = {"published_at": others[17].published_at} if kind in HIDDEN[::2] else {}
        article = hide(kind, shared_topic, boss, **among)
        if kind != "deleted":
            # What a reader may see links to what they may not, and looks like it.
            others[1].related.create(
                position=9, url=article.web_url, canonical_url=article.canonical_url, target=article, hidden=True
            )
            first.target = article
            first.save()
            Article.objects.filter(pk=others[2].pk).update(duplicate_of=article)
    caches["pages"].clear()
    caches["editions"].clear()

    after = crawl(*STARTS)

    assert len(before) > 100
    withdrawn = set(after) - set(before)
    assert withdrawn == {"/articles/zqxwithdrawnslug/"}
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {"/corrections/"}
    # Its title, its address, its source.
    pages = [words_in(after[path]) for path in ("/corrections/", "/articles/zqxwithdrawnslug/")]
    assert pages == [{f"zqxwithdrawn{name}" for name in names} for names in (("title", "slug", "name"), ("title",))]


def never_was(kind: str) -> str:
    """As long as the kind, and of no article."""
    return "never-was-anything"[: len(kind)]


def without(said, kind: str):
    """The answer without the words that were asked for."""
    status, headers, body = said
    for name, word in words_of(kind).items():
        if MARK not in word:
            continue
        headers = [(header, value.replace(word, name)) for header, value in headers if header not in ("ETag",)]
        body = body.replace(word.encode(), name.encode())
    return status, headers, body


def test_hidden_articles_answer_like_one_that_never_was(shared_topic, others, boss):
    """Wherever their words may be typed: addresses, old addresses, filters, searches, feeds, files; with any method."""
    articles = {kind: hide(kind, shared_topic, boss) for kind in HIDDEN}
    templates = [path for paths in ROUTES.values() for path in paths if "{" in path and path[0] == "/"]
    # Words of the same length are those of the same nobody.
    ask_for_nobody = cache(ask)

    wrong = []
    for kind, template in product(articles, [*templates, *OLD_ADDRESSES]):
        here, nowhere = address(template, kind), address(template, never_was(kind))
        if kind == "withdrawn" and here in ("/articles/zqxwithdrawnslug/", "/articles/zqxwithdrawnold/"):
            continue
        if ask(here, if_none_match="*")[0] != ask_for_nobody(nowhere, if_none_match="*")[0]:
            wrong.append(("if-none-match", here))
        wrong += [
            (method, here)
            for method in ("get", "head", "post", "options")
            if without(ask(here, method), kind) != without(ask_for_nobody(nowhere, method), never_was(kind))
        ]

    assert wrong == []
    nothing = ask("/media/images/never-was.png")
    pictures = {kind: article for kind, article in articles.items() if kind != "deleted"}
    assert [k for k, a in pictures.items() for p in ("{file}", "{copy}") if ask(address(p, k, a)) != nothing] == []


# Until a moment ago readers could see it


def by_withdrawal(article, boss):
    moderation.withdraw(article, by=boss, version=2, why=Why(Reason.objects.get(slug="other"), "A note"))


def by_bulk(article, boss):
    chosen = Article.objects.filter(pk=article.pk)
    bulk.carry_out(chosen, Withdraw(Why(Reason.objects.get(slug="other"))), by=boss)


def by_its_time(article, boss):
    moderation.schedule(article, by=boss, version=2, expires_at=timezone.now())


def by_a_later_start(article, boss):
    moderation.schedule(article, by=boss, version=2, publish_at=timezone.now() + timedelta(days=1))


def by_deletion(article, boss):
    moderation.delete(article, by=boss, version=2)


def by_undo(article, boss):
    moderation.undo(article.events.get(verb="publish"), by=boss, at=Context())


# The way, what its own address answers from then on, and which of its words may stand there and in the corrections.
WITHDRAWN = {"title", "slug", "name"}
WAYS = [
    (by_withdrawal, 410, WITHDRAWN),
    (by_bulk, 410, WITHDRAWN),
    (by_its_time, 404, set()),
    (by_a_later_start, 404, set()),
    (by_deletion, 404, set()),
    (by_undo, 404, set()),
]
NEIGHBOURS = [
    "/articles/seen-14/",
    "/articles/seen-15/",
    "/articles/seen-16/",
    "/topics/trams/",
    "/topics/trams/feed.rss",
]


@pytest.mark.parametrize(("way", "status", "words_left"), WAYS)
def test_what_is_taken_from_readers_is_gone_from_everywhere_at_once(
    way, status, words_left, shared_topic, others, boss, committed
):
    fresh = {"published_at": timezone.now() - timedelta(hours=1)}
    articles = {kind: canary(kind, shared_topic=shared_topic, **more) for kind, more in (("old", {}), ("new", fresh))}
    with committed():
        for article in articles.values():
            moderation.publish(article, by=boss, version=1)
    shown = {
        address(template, kind, article): name.partition(",")[0]
        for kind, article in articles.items()
        for name, templates in ROUTES.items()
        for template in templates
        if kind == "old" or name in ("article", "front", "sitemap_news")
    }
    before = {path: ask(path) for path in [*shown, *NEIGHBOURS]}
    typed = {path: re.findall(rf"{MARK}\w+", path) if "?" in path else [] for path in before}
    assert [p for p, name in shown.items() if name not in SILENT and not words_in(before[p], typed[p])] == []
    assert {said[0] for path, said in before.items() if path != "/favicon.ico"} == {200}

    with committed():
        for article in articles.values():
            way(article, boss)

    own = {path for path, name in shown.items() if name == "article"}
    left = []
    for path, (_, headers, _) in before.items():
        has = {"if_none_match": dict(headers).get("ETag", "*")}
        # From the view, then kept; as whoever has it asks, and as a proxy does.
        after = [ask(path), ask(path), ask(path, "head"), ask(path, **has)]
        allowed = {f"{MARK}{kind}{word}" for kind in articles for word in words_left}
        allowed = allowed if path in own or path == "/corrections/" else set(typed[path])
        words = set.union(*(words_in(said, allowed) for said in after))
        if words or (shown.get(path) == "picture" and {said[0] for said in after} != {404}):
            left.append((path, words))
    assert left == []
    assert {ask(path)[0] for path in own} == {status}


def test_what_its_document_takes_back_is_gone_from_everywhere_at_once(tmp_path, committed):
    def bring(published: str):
        fields = {"title": f'"{MARK}title"', "webUrl": f'"https://{MARK}.example/"', "published": published}
        with committed():
            import_documents([write(tmp_path, {"a.md": document(**fields, publishedDateTime=f"{day}T08:00:00Z")})])

    day = timezone.now().date() - timedelta(days=1)
    bring("true")
    paths = [path for paths in ROUTES.values() for path in paths if "{" not in path]
    paths += [Article.objects.get().get_absolute_url(), "/providers/news.example/", "/providers/news.example/feed.rss"]
    shown = [path for path in paths if words_in(ask(path))]
    bring("false")

    assert {"/", "/feed.json", "/latest/", "/sitemap-news.xml", "/sitemap-articles-0.xml"} < set(shown)
    assert [path for path in paths if words_in(ask(path))] == []
