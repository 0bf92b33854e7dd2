"""Pictures on the cards of a list."""

import re

import pytest

from tests.factories import make_article, make_image
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
