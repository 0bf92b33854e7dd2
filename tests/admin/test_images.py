"""Images in the admin: uploads, addresses, and where an image is used."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture

from articles.forms import fields
from articles.models import Image
from tests.admin.addresses import url
from tests.factories import make_article, make_image


def picture(kind: str, size=(40, 30)) -> bytes:
    out = io.BytesIO()
    Picture.new("RGB", size, "red").save(out, kind)
    return out.getvalue()


def upload(client, name: str, content: bytes, **fields):
    return client.post(url("image", "add"), {"url": "", "file": SimpleUploadedFile(name, content), **fields})


def test_uploaded_picture_is_measured_and_named_after_what_it_is(desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    response = upload(desk, "../../evil.html", picture("PNG"))

    assert response.status_code == 302
    image = Image.objects.get()
    assert (image.width, image.height, image.url) == (40, 30, f"/media/{image.file.name}")
    assert image.file.name.startswith("images/")
    assert image.file.name.endswith(".png")
    assert image.src == image.url


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "This is no JPEG"),
        (picture("TIFF"), "This is no JPEG"),
        (picture("PPM"), "This is no JPEG"),
        (picture("PNG")[:60], "This is no JPEG"),
        (b"", "The submitted file is empty."),
    ],
)
def test_what_is_no_picture_is_refused(desk, content, problem):
    response = upload(desk, "x.png", content)

    assert response.context["adminform"].form.errors["file"][0].startswith(problem)
    assert not Image.objects.exists()


def test_huge_pictures_are_refused_before_they_are_decoded(desk, monkeypatch):
    monkeypatch.setattr(Picture.Image, "load", lambda self: pytest.fail("was decoded"))
    small_file_of_many_pixels = _png_header(9500, 9500)

    response = upload(desk, "x.png", small_file_of_many_pixels)

    assert "million" in response.context["adminform"].form.errors["file"][0]


def _png_header(width: int, height: int) -> bytes:
    chunks = (b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"IDAT" + zlib.compress(b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )


def test_files_of_many_bytes_are_refused(desk, monkeypatch):
    monkeypatch.setattr(fields, "MOST_BYTES", 100)

    response = upload(desk, "x.png", picture("PNG", (400, 400)))

    assert response.context["adminform"].form.errors["file"][0].startswith("This is larger than 100")


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("https://pictures.example/a.jpg", True),
        ("/assets/a.jpg", True),
        ("javascript:alert(1)", False),
        ("//evil.example/a.jpg", False),
        ("data:image/png;base64,x", False),
        ("", False),
    ],
)
def test_image_url_is_a_link_or_a_path_of_this_site(desk, address, taken):
    desk.post(url("image", "add"), {"url": address})

    assert Image.objects.filter(url=address).exists() == taken


def test_images_tell_where_they_are_used(desk):
    image = make_image()
    make_article(images=[image])
    make_article(images=[image])

    assert "2 articles" in desk.get(url("image", "changelist")).text


def test_an_image_is_found_and_named_by_what_articles_say_of_it(desk):
    known, other = make_image(), make_image(title="A kettle of its own")
    for said in ({"title": "A red tram"}, {"title": "Tram 7", "attribution": "Zoë"}, {}):
        make_article(images=[(known, said), other])

    for words, found in (("tram", known), ("zoe", known), ("red tra", known), ("kettle", other)):
        page = desk.get(url("image", "changelist"), {"q": words})
        assert (words, list(page.context["cl"].queryset)) == (words, [found])

    page = desk.get(url("image", "changelist"))
    assert all(text in page.text for text in ("A red tram", "A kettle of its own"))
