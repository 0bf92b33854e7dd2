"""What pages for readers show of pictures and their copies."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Image
from tests.factories import make_article, make_image
from tests.images.copying import run, shown

pytestmark = pytest.mark.django_db


def test_no_page_of_a_reader_fetches_anything(server, client):
    shown(server)

    for path in ("/", "/latest/", "/providers/", "/providers/news.example/"):
        assert client.get(path).status_code == 200
    assert (server.asked, server.resolved) == ([], [])


def tags(client, path, name="img") -> list[str]:
    return re.findall(rf"<{name} [^>]*>", client.get(path).text)


def test_a_page_offers_every_width_and_keeps_the_place(server, client):
    image = shown(server, title="The quay")
    run(server)
    image.refresh_from_db()
    widths = ", ".join(
        f"/media/copies/{image.copy[:2]}/{image.copy}-{width}.webp {width}w" for width in (320, 640, 1280)
    )
    sizes = "(min-width: 48rem) 46rem, 100vw"

    page = client.get(image.articles.get().get_absolute_url()).text

    assert re.findall("<img [^>]*>", page) == [
        f'<img src="{image.src}" alt="The quay" width="1280" height="720" srcset="{widths}" sizes="{sizes}"'
        ' data-instead="News" fetchpriority="high" decoding="async" referrerpolicy="no-referrer">'
    ]
    assert re.findall('<link rel="preload"[^>]*>', page) == [
        f'<link rel="preload" as="image" href="{image.src}" imagesrcset="{widths}" imagesizes="{sizes}"'
        ' fetchpriority="high" referrerpolicy="no-referrer">'
    ]


def test_what_a_document_says_of_a_picture_stays_text(server, client):
    article = make_article(published=True, images=[make_image(url='https://p.example/a"><b>.jpg', title='"><script>')])

    (tag,) = tags(client, article.get_absolute_url())

    assert tag.startswith('<img src="https://p.example/a&quot;&gt;&lt;b&gt;.jpg" alt="&quot;&gt;&lt;script&gt;" width=')


def test_a_title_is_not_said_twice_and_a_size_that_nobody_knows_keeps_a_place(client):
    image = make_image(title="The  quay", width=None, height=None)
    article = make_article(title="The quay", published=True, images=[image])

    (tag,) = tags(client, article.get_absolute_url())

    assert 'alt="" width="1200" height="800" class="unmeasured"' in tag


def test_a_provider_shows_the_first_logo_that_there_is(client):
    provider = make_article(published=True).provider
    for position, url in enumerate(["/assets/here.png", "https://p.example/logo.png", "https://p.example/other.png"]):
        provider.image_links.create(image=make_image(url=url, title="Logo"), position=position)

    (tag,) = tags(client, provider.get_absolute_url())

    assert tag.startswith('<img src="https://p.example/logo.png" alt=""')


@pytest.mark.parametrize("setting", ["cache", "off"])
def test_no_page_names_a_server_of_others_where_readers_shall_not_ask_it(client, settings, setting):
    settings.REMOTE_IMAGES = setting
    article = make_article(published=True, images=[make_image()])
    article.provider.image_links.create(image=make_image())

    for path in ("/", "/latest/", article.get_absolute_url(), article.provider.get_absolute_url()):
        assert tags(client, path) == []
        assert "pictures.example" not in client.get(path).text


def test_a_list_of_copies_takes_no_more_queries_than_one(server, client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/latest/").status_code == 200
        return len(captured)

    shown(server)
    cache.clear()
    one = queries()
    for number in range(12):
        image = shown(server, f"/photo.jpg?{number}")
        Image.objects.filter(pk=image.pk).update(copy=f"{number:032x}", copy_width=500, copy_height=300)
    cache.clear()

    assert queries() == one
    assert len(tags(client, "/latest/")) == 13
