"""Pictures on a page: the browser chooses the width, and knows the place before the picture is there."""

from django import template
from django.utils.html import format_html, format_html_join

from articles.models import Image
from articles.texts import plain

register = template.Library()

# How wide a picture is shown (newsroom/static/site.css), by the look of what it stands in.
SIZES = {
    "lead": "(min-width: 88rem) 54rem, (min-width: 62rem) 62vw, 100vw",
    "second": "(min-width: 40rem) 30vw, 6.5rem",
    "story": "(min-width: 62rem) 22vw, (min-width: 40rem) 46vw, 6.5rem",
    "row": "(min-width: 50rem) 12rem, 24vw",
    "plate": "(min-width: 48rem) 46rem, 100vw",
    "logo": "4rem",
}
# Where nobody has said: the place is kept all the same.
UNKNOWN = (1200, 800)
SMALL = 300


@register.filter
def shown(images: list[Image]) -> list[Image]:
    """Those that readers get."""
    return [image for image in images if image.src]


@register.simple_tag
def picture(
    image: Image | None, sizes: str = "100vw", *, lead: bool = False, instead: str = "", beside: str = ""
) -> str:
    """The <img> of a picture, or nothing where readers get none.

    `sizes` is a look of SIZES or what the attribute is to say; `lead` is what is seen first; `instead` is the text
    that stands there if it fails; `beside` is the title that stands next to it, which is not said twice.
    """
    if not image or not (src := image.src):
        return ""
    width, height = image.size or UNKNOWN
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
def preload_picture(image: Image | None, sizes: str = "100vw") -> str:
    """For the head of a page whose lead picture this is: asked for before the page is read."""
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
    """Those that say something."""
    return format_html_join("", ' {}="{}"', [pair for pair in attributes if pair[1]])


def _kind(image: Image) -> str:
    if not image.size:
        return "unmeasured"
    return "small" if image.size[0] < SMALL else ""
