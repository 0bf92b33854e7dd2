import re

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from hypothesis import example, given
from hypothesis import strategies as st

from articles.models import Article, Topic
from articles.slugs import MAX_LENGTH, ROUTE_WORDS, is_route_word, slug_of, with_suffix

SLUG = re.compile(r"[a-z0-9]+(?:[-_]+[a-z0-9]+)*")
texts = st.text() | st.sampled_from(sorted(ROUTE_WORDS)) | st.from_regex(r"page-?[0-9]{1,3}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Cryptocurrency prices rise", "cryptocurrency-prices-rise"),
        ("Straße nach München", "strasse-nach-munchen"),
        ("影師嗎", "ying-shi-ma"),
        ("C'est l’été !", "cest-lete"),
        ("New", "new"),
        ("Page", "page-" + with_suffix("", "x")[1:]),
        ("page2", "page2-" + with_suffix("", "x")[1:]),
        ("page 2", "page-2"),
        ("2021", "2021-" + with_suffix("", "x")[1:]),
        ("..", "item-" + with_suffix("", "x")[1:]),
        ("", "item-" + with_suffix("", "x")[1:]),
    ],
)
def test_a_slug_reads_like_its_text(text, slug):
    assert slug_of(text, identity="x") == slug


@given(texts, st.text())
@example("..", "")
@example("🦊🦊", "a")
@example("a" * 200, "a")
@example("a" * 79 + "-" + "b" * 20, "a")
@example("新聞" * 60, "a")
def test_a_slug_is_never_empty_never_a_route_word_and_never_too_long(text, identity):
    slug = slug_of(text, identity=identity)

    assert SLUG.fullmatch(slug)
    assert not slug.isdigit()
    assert not is_route_word(slug)
    # 100 characters is what the columns hold.
    assert len(with_suffix(slug, identity)) <= 100


@given(texts, st.text())
def test_the_slug_of_a_slug_is_itself(text, identity):
    slug = slug_of(text, identity=identity)

    assert slug_of(slug, identity=identity) == slug


@given(st.text(), st.text())
def test_two_things_of_one_name_get_two_slugs_the_same_at_every_import(one, other):
    assert with_suffix("name", one) == with_suffix("name", one)
    assert (with_suffix("name", one) == with_suffix("name", other)) == (one == other)


def test_the_columns_hold_every_slug():
    longest = with_suffix("a" * MAX_LENGTH, "x")

    assert all(len(longest) <= model._meta.get_field("slug").max_length for model in (Article, Topic))


def routes(resolver: URLResolver, before: str = "") -> list[str]:
    found = []
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            found.append(route)
        elif pattern.app_name != "admin":
            found.extend(routes(pattern, route))
        else:
            found.append(route)
    return found


WORDS = sorted({word for route in routes(get_resolver(settings.ROOT_URLCONF)) for word in re.findall(r"[a-z]+", route)})


@given(st.sampled_from([*WORDS, "page2", "page-2", "pages", "security", "2021"]) | st.from_regex(SLUG, fullmatch=True))
@example("security")
def test_a_slug_that_is_no_route_word_leads_to_its_topic(slug):
    """A new route beside the slug of a topic, whose word is missing from ROUTE_WORDS, fails here."""
    if is_route_word(slug):
        return

    for address in (f"/topics/{slug}/", f"/topics/{slug}/feed.rss"):
        assert resolve(address).kwargs["slug"] == slug
    for address in (f"/api/news/{slug}/index.json", f"/api/learning/{slug}/page/2/index.json"):
        assert resolve(address).kwargs["below"] == slug


@pytest.mark.parametrize(("word", "below"), [("page", "3/index.json"), ("page2", "index.json")])
def test_a_route_word_would_lead_elsewhere(word, below):
    assert is_route_word(word)
    assert resolve(f"/api/news/{word}/{below}").url_name == "json_list"


def test_only_words_that_collide_in_their_place_are_reserved():
    assert slug_of("Security", identity="x") == "security"
    assert [word for word in WORDS if is_route_word(word)] == ["page"]
