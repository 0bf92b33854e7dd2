"""Which picture stands beside an article in a list."""

from collections.abc import Iterable

from articles.models import Article


def show_each_picture_once(articles: Iterable[Article]) -> None:
    """Give each article its `picture`, and whether it is `framed`: with the picture, or with type in its place.

    Publishers put one stock picture on many articles: those after the first go without a frame.
    """
    seen: set[str] = set()
    for article in articles:
        image = article.lead_image
        article.framed = image is None or image.src not in seen
        article.picture = image if article.framed else None
        if image:
            seen.add(image.src)
