from django.utils.html import format_html

from articles.models import Image


def thumb(image: Image | None, title: str = "", *, large: bool = False) -> str:
    """A small picture in a frame of a fixed size; the first letter where there is none."""
    kind = "thumb large" if large else "thumb"
    if image is None or not image.src:
        return format_html('<span class="{} none" aria-hidden="true">{}</span>', kind, title[:1].upper() or "?")
    return format_html(
        '<img class="{}" src="{}" alt="" width="{}" height="{}" loading="lazy" referrerpolicy="no-referrer">',
        kind,
        image.src,
        image.width or 96,
        image.height or 64,
    )
