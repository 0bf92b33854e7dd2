"""Tags for images: the browser chooses the width, and reserves the space before the image is loaded."""

from django import template
from django.utils.html import format_html, format_html_join

from articles.models import Image
from articles.texts import plain

register = template.Library()

# The attribute `sizes` by the look of the card or element; the widths are those of newsroom/static/site.css.
SIZES = {
    "lead": "(min-width: 88rem) 54rem, (min-width: 62rem) 62vw, 100vw",
    "second": "(min-width: 40rem) 30vw, 6.5rem",
    "story": "(min-width: 62rem) 22vw, (min-width: 40rem) 46vw, 6.5rem",
    "row": "(min-width: 50rem) 12rem, 24vw",
    "plate": "(min-width: 48rem) 46rem, 100vw",
    "logo": "4rem",
}
# Width and height of an image whose size is unknown, so that the browser reserves some space.
UNKNOWN_SIZE = (1200, 800)
SMALL_WIDTH = 300


@register.filter
def displayable(images: list[Image]) -> list[Image]:
    """The images that have an address for browsers."""
    return [image for image in images if image.src]


@register.simple_tag
def img(image: Image | None, sizes: str = "100vw", *, lead: bool = False, instead: str = "", beside: str = "") -> str:
    """The <img> of an image, or "" if it has no address for browsers.

    `sizes` is a key of SIZES, or the value of the attribute. A `lead` image is loaded first. `instead` is the text that
    is shown if the image fails to load. `beside` is a text next to the image, which its `alt` does not repeat.
    """
    if not image or not (src := image.src):
        return ""
    width, height = image.size or UNKNOWN_SIZE
    title = plain(image.title)
    return format_html(
        '<img src="{}" alt="{}" width="{}" height="{}"{}>',
        src,
        "" if title == plain(beside) else title,
        width,
        height,
        _attributes(
            ("srcset", image.srcset),
            ("sizes", image.srcset and SIZES.get(sizes, sizes)),
            ("class", _kind(image)),
            ("data-instead", instead),
            ("loading", "" if lead else "lazy"),
            ("fetchpriority", "high" if lead else ""),
            ("decoding", "async"),
            ("referrerpolicy", "no-referrer"),
        ),
    )


@register.simple_tag
def preload_image(image: Image | None, sizes: str = "100vw") -> str:
    """The <link> in the head of a page that makes the browser load its lead image early."""
    if not image or not (src := image.src):
        return ""
    return format_html(
        '<link rel="preload" as="image" href="{}"{}>',
        src,
        _attributes(
            ("imagesrcset", image.srcset),
            ("imagesizes", image.srcset and SIZES.get(sizes, sizes)),
            ("fetchpriority", "high"),
            ("referrerpolicy", "no-referrer"),
        ),
    )


def _attributes(*attributes: tuple[str, str]) -> str:
    """The HTML of the attributes that have a value."""
    return format_html_join("", ' {}="{}"', [pair for pair in attributes if pair[1]])


def _kind(image: Image) -> str:
    if not image.size:
        return "unmeasured"
    return "small" if image.size[0] < SMALL_WIDTH else ""
