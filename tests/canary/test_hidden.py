"""What is hidden from readers leaves no trace: not a word, not a count, not a header, from no public address."""

from functools import cache
from itertools import product

import pytest
from django.core.cache import caches
from django.urls import URLResolver, get_resolver

from articles.models import Article, LinkedPage
from tests.canary.articles import HIDDEN, MARK, address, hide, words_of
from tests.canary.asking import ask, crawl, words_in
from tests.canary.routes import OLD_ADDRESSES, ROUTES, WITH_TOKEN
from tests.factories import make_related

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


# Readers saw these, and are told that they are gone.
TOLD = ("withdrawn", "takenback")


def public_routes(resolver) -> list[str]:
    names = []
    for route in resolver.url_patterns:
        if isinstance(route, URLResolver):
            names += [] if str(route.pattern) in ("desk/", "admin/") else public_routes(route)
        elif not str(route.pattern).startswith(("desk/", "admin/")):
            names.append(route.name)
    return names


def test_every_public_route_has_its_addresses_here():
    assert set(public_routes(get_resolver())) - WITH_TOKEN == {name.partition(",")[0] for name in ROUTES}


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
            make_related(others[1], position=9, url=article.web_url, target=article, hidden=True)
            # What a person or its source took back, or a person turned down, is a related link of no article.
            if kind not in ("rejected", *TOLD):
                LinkedPage.objects.filter(links=first).update(target=article)
            Article.objects.filter(pk=others[2].pk).update(duplicate_of=article)
    caches["pages"].clear()
    caches["editions"].clear()

    after = crawl(*STARTS)

    assert len(before) > 100
    withdrawn = set(after) - set(before)
    assert withdrawn == {"/articles/zqxwithdrawnslug/", "/articles/zqxtakenbackslug/"}
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {"/corrections/"}
    # Its title, its address, its source.
    for_list, of_page = (("title", "slug", "name"), ("title",))
    assert words_in(after["/corrections/"]) == {f"zqx{kind}{name}" for kind in TOLD for name in for_list}
    for kind in TOLD:
        assert words_in(after[f"/articles/zqx{kind}slug/"]) == {f"zqx{kind}{name}" for name in of_page}


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
        if kind in TOLD and here in (f"/articles/zqx{kind}slug/", f"/articles/zqx{kind}old/"):
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
