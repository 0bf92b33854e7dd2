"""Pictures on the cards of a list."""

import re

import pytest

from tests.factories import make_article, make_image, make_provider, make_topic
from tests.public.lists import make_articles

pytestmark = pytest.mark.django_db


def test_one_picture_is_shown_once_on_a_page(client):
    stock = make_image(url="https://p.example/stock.png")
    make_articles(3, images=[stock])

    assert client.get("/latest/").text.count("stock.png") == 1


@pytest.mark.parametrize("path", ["/", "/latest/", "/search/?q=power"])
def test_a_picture_of_two_addresses_is_shown_once_where_we_hold_one_copy(client, path):
    for _ in range(2):
        image = make_image(copy="c" * 32, copy_width=320, copy_height=200)
        make_article(published=True, title="Power", images=[image])

    assert client.get(path).text.count(f'src="{image.src}"') == 1


def test_a_card_without_picture_is_set_in_type_alone(client):
    make_article(published=True, images=[make_image(url="/relative.png")])

    page = client.get("/").text

    assert '<article class="card lead unframed">' in page
    assert "<img" not in page


def test_only_the_lead_picture_is_fetched_at_once(client):
    for _ in range(3):
        make_article(published=True, images=[make_image()])

    page = client.get("/").text

    preload, lead, *others = re.findall(r'<(?:img|link rel="preload")[^>]*>', page)
    assert preload.startswith('<link rel="preload" as="image"')
    assert [('fetchpriority="high"' in tag, 'loading="lazy"' in tag) for tag in (preload, lead, *others)] == [
        (True, False),
        (True, False),
        (False, True),
        (False, True),
    ]


def labels(client, path: str) -> list[list[str]]:
    cards = client.get(path).content.decode().split("<article")[1:]
    return [re.findall(r'href="/topics/[^"]*"[^>]*>([^<]+)<', card) for card in cards]


@pytest.mark.parametrize("path", ["/", "/latest/", "/providers/news.example/", "/search/?q=article"])
def test_a_label_that_most_cards_would_have_is_on_none(client, path):
    azure, few = make_topic("Azure"), make_topic("Storage")
    provider = make_provider(domain="news.example")
    for number in range(6):
        topics = [azure, few] if number < 2 else [azure]
        make_article(published=True, title=f"Article {number}", topics=topics, provider=provider)

    found = labels(client, path)

    assert sorted(found) == [[], [], [], [], ["Storage"], ["Storage"]]


def test_a_few_cards_say_all_of_their_topics(client):
    azure = make_topic("Azure")
    for number in range(3):
        make_article(published=True, title=f"Article {number}", topics=[azure])

    assert labels(client, "/latest/") == [["Azure"]] * 3
