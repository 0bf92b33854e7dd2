import re

import pytest

from tests.factories import make_article, make_provider
from tests.public.lists import titles

pytestmark = pytest.mark.django_db


def test_providers_are_in_the_order_of_their_names_with_their_visible_articles(client):
    zoo, ant = make_provider(name="Zoo", domain="a.example"), make_provider(name="ant", domain="z.example")
    make_provider(name="Without")
    for provider, published in ((zoo, True), (ant, True), (ant, True), (ant, False)):
        make_article(provider=provider, published=published)

    page = client.get("/providers/").text

    assert re.findall(r'<a href="/providers/([^"]+)/">', page) == ["z.example", "a.example"]
    assert re.findall(r'class="count">(\d+)', page) == ["2", "1"]


def test_provider_page_lists_its_own_articles_and_leads_to_its_site(client):
    provider = make_provider(name="GeekWire", domain="geekwire.com")
    make_article(published=True, title="Theirs", provider=provider)
    make_article(published=True, title="Another's")

    page = client.get("/providers/geekwire.com/").text

    assert titles(page) == ["Theirs"]
    assert 'href="https://geekwire.com/" rel="noopener external"' in page


def test_a_provider_of_hidden_articles_only_answers_like_one_that_never_was(client):
    make_article(provider=make_provider(domain="hidden.example"))

    hidden, never = client.get("/providers/hidden.example/"), client.get("/providers/never.example/")

    assert (hidden.status_code, hidden.content, hidden.headers) == (404, never.content, never.headers)
