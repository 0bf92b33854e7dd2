"""Paths of the articles on a page of /api/news/."""


def paths(page: dict) -> list[str]:
    return [article["path"] for article in page["value"]]
