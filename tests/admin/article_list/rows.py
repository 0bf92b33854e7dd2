"""Rows of the list of articles as a browser sends them, and what the database holds of them."""

from django.urls import reverse

from articles.models import Article

LIST = reverse("admin:articles_article_changelist")


def row(article: Article, **typed) -> dict[str, str]:
    """The row of the list as the article is now, as a browser sends it, with what was typed."""
    cells = {"published": article.published, "quality": article.quality, "heat": article.heat}
    sent = {f"seen_{name}": str(value) for name, value in cells.items()} | {"version": str(article.version)}
    sent |= {name: str(value) for name, value in {**cells, **typed}.items() if value is not False}
    return {
        f"row-{article.pk}-{name}": "on" if value == "True" and name == "published" else value
        for name, value in sent.items()
    }


def save(client, *rows: dict[str, str]):
    return client.post(LIST, {"_save": "Save"} | {key: value for one in rows for key, value in one.items()})


def facts(article: Article) -> tuple:
    article.refresh_from_db()
    return article.published, article.quality, article.heat, article.version


def titles(client, query: str) -> list[str]:
    return sorted(row.title for row in client.get(LIST + query).context["cl"].result_list)
