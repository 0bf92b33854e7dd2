from django.utils.html import format_html

from articles.models import Image


def thumb(image: Image | None, title: str = "") -> str:
    """A small image in a frame of a fixed size; the first letter of the title where there is none."""
    if image is None or not image.src:
        return format_html('<span class="thumb none" aria-hidden="true">{}</span>', title[:1].upper() or "?")
    return format_html(
        '<img class="thumb" src="{}" alt="" width="{}" height="{}" loading="lazy" referrerpolicy="no-referrer">',
        image.thumb_src,
        *(image.size or (96, 64)),
    )
