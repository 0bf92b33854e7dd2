"""Which picture stands beside an article in a list."""

from collections.abc import Iterable

from articles.models import Article


def show_each_picture_once(articles: Iterable[Article]) -> None:
    """Give each article its `picture`, or None.

    Publishers put one stock picture on many articles: those after the first go without.
    """
    seen: set[str] = set()
    for article in articles:
        image = article.lead_image
        article.picture = image if image and image.src not in seen else None
        if image:
            seen.add(image.src)
