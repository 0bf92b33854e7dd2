"""Uploaded originals, encoded anew without anything but the picture; and pictures whose end is missing."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture
from PIL import ImageCms
from PIL.PngImagePlugin import PngInfo

from articles.forms.fields import ImageUploadField
from articles.images.decoding import DAMAGED, NotAnImage, clean, decode

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
WIDTHS = (320, 640, 1280)
PLACE = b"Hauptstrasse 7"


def photo(size=(200, 100)) -> Picture.Image:
    """Noise, so that its data are long; the upper left quarter is red."""
    image = Picture.effect_noise(size, 120).convert("RGB")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    return image


def saved(kind: str, image: Picture.Image | None = None, **options) -> bytes:
    file = BytesIO()
    (image or photo()).save(file, kind, **options)
    return file.getvalue()


def telling(kind: str, orientation: int = 1) -> bytes:
    """A picture that tells where it was taken, wherever its format lets it."""
    exif = Picture.Exif()
    exif[MAKE], exif[ORIENTATION] = PLACE.decode(), orientation
    exif.get_ifd(GPS)[2] = (52.0, 31.0, 12.0)
    packet = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + PLACE + b"</x:xmpmeta>"
    options: dict = {"exif": exif, "icc_profile": PROFILE}
    match kind:
        case "PNG":
            options["pnginfo"] = PngInfo()
            options["pnginfo"].add_text("Comment", PLACE.decode())
            options["pnginfo"].add_itxt("XML:com.adobe.xmp", packet.decode())
        case "GIF":
            options = {"comment": PLACE}
        case "JPEG":
            options |= {"comment": PLACE, "xmp": packet}
        case "WEBP":
            options |= {"xmp": packet}
    # What cameras put behind the end: a film, a second picture.
    return saved(kind, **options) + PLACE * 3


def opened(data: bytes) -> Picture.Image:
    return Picture.open(BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_an_original_tells_nothing_but_its_picture(kind):
    data = telling(kind)
    assert data.count(PLACE) >= 4

    cleaned = clean(data)

    made = opened(cleaned.data)
    assert PLACE not in cleaned.data
    assert dict(made.getexif()) == {}
    assert not {"exif", "xmp", "comment", "XML:com.adobe.xmp"} & set(made.info)
    assert (made.format, made.size, cleaned.width, cleaned.height) == (kind, (200, 100), 200, 100)
    assert kind == "GIF" or made.info["icc_profile"] == PROFILE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(("orientation", "corner"), [(3, (1, 1)), (6, (1, 0)), (8, (0, 1)), (5, (0, 0))])
def test_an_original_stands_as_the_camera_was_held(kind, orientation, corner):
    cleaned = clean(telling(kind, orientation))

    made = opened(cleaned.data).convert("RGB")
    x, y = (int(side * (0.25 + 0.5 * where)) for side, where in zip(made.size, corner, strict=True))
    red, green, _ = made.getpixel((x, y))
    assert made.size == (cleaned.width, cleaned.height) == ((100, 200) if orientation > 4 else (200, 100))
    assert red > 200 > 60 > green


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_what_is_transparent_in_an_original_stays_so(kind):
    image = Picture.new("RGBA", (40, 30), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (20, 0, 40, 30))

    made = opened(clean(saved(kind, image)).data).convert("RGBA")

    assert (made.getpixel((5, 5))[3], made.getpixel((35, 5))[3]) == (0, 255)


def test_what_was_without_loss_stays_so():
    image = photo()

    for kind, options in (("PNG", {}), ("WEBP", {"lossless": True})):
        made = opened(clean(saved(kind, image, **options)).data).convert("RGB")
        assert made.tobytes() == image.tobytes()


def test_the_web_process_opens_no_picture(monkeypatch):
    monkeypatch.setattr(Picture, "open", lambda *args, **kwargs: pytest.fail("was opened"))

    upload = ImageUploadField().clean(SimpleUploadedFile("../x.exe", telling("JPEG", 6)))

    assert upload.image_size == (100, 200)
    assert upload.name.endswith(".jpg")
    assert PLACE not in upload.read()


def test_an_upload_that_is_too_large_to_decode_is_refused_by_a_sentence():
    data = saved("PNG", Picture.new("1", (8200, 5001)))

    with pytest.raises(ValidationError, match="This has 8200 × 5001 pixels: more than 40 million"):
        ImageUploadField().clean(SimpleUploadedFile("x.png", data))


CUT = {
    "JPEG": saved("JPEG"),
    "progressive JPEG": saved("JPEG", progressive=True),
    "grey JPEG": saved("JPEG", photo().convert("L")),
    "PNG": saved("PNG"),
    "interlaced GIF": saved("GIF", interlace=True),
    "GIF": saved("GIF", interlace=False),
    "WebP": saved("WEBP"),
    "lossless WebP": saved("WEBP", lossless=True),
}


@pytest.mark.parametrize("kind", CUT)
@pytest.mark.parametrize("missing", [1, 2, 3, 12, 100])
def test_a_picture_without_its_last_bytes_is_shown(kind, missing):
    data = CUT[kind][:-missing]

    shown = opened(decode(data, WIDTHS).files[200]).convert("RGB")
    kept = clean(data)

    whole = opened(decode(CUT[kind], WIDTHS).files[200]).convert("RGB")
    assert shown.getpixel((50, 25)) == pytest.approx(whole.getpixel((50, 25)), abs=8)
    assert (kept.width, kept.height) == (200, 100)
    # What is kept is whole.
    opened(kept.data).load()


@pytest.mark.parametrize("kind", [kind for kind in CUT if kind not in ("progressive JPEG", "interlaced GIF")])
def test_half_a_picture_is_not_shown(kind):
    data = CUT[kind]

    with pytest.raises(NotAnImage, match=DAMAGED):
        decode(data[: len(data) // 2], WIDTHS)
