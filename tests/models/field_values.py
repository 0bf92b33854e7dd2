"""A value of every field of an article: in a document, and as a person gives it."""

from datetime import UTC, datetime

from articles.documents import emit
from articles.documents.keys import KEYS_IN_ORDER
from articles.models import Article, ArticleImage
from articles.models.fields import (
    ARTICLE_FIELDS,
    DOCUMENT_FIELDS,
    Kind,
)
from tests.factories import make_image, make_provider, make_topic

SECURED = "QUJD;MTIzNDU2Nzg5MDEyMzQ1Ng=="


def front_value(field, n: int):
    """The n-th value of a field, as a document gives it; all differ, and none is what a silent document says."""
    match field.kind:
        case Kind.LINK:
            # The same page in other words: at another address, it would be another article.
            return f"https://news.example/{field.name}{'/' * n}"
        case Kind.MOMENT:
            return datetime(2020, 1, n, tzinfo=UTC)
        case Kind.CHOICE:
            return field.choices.values[-n]
        case Kind.SCORE:
            return 10 + n
        case Kind.FLAG:
            # What the source has taken back is not published.
            return field.name != "removed"
        case Kind.PROVIDER:
            return {"name": f"Provider {n}", "domain": f"publisher{n}.example"}
        case Kind.TOPICS:
            return [f"Subject {n}"]
        case Kind.IMAGES:
            said = {"title": f"Picture {n}", "attribution": f"Photographer {n}"}
            return [{"url": "https://pictures.example/1.jpg", **said}, {"url": f"https://pictures.example/{n}0.jpg"}]
        case Kind.LINKS:
            return [{"webUrl": f"https://related.example/{n}", "title": f"Link {n}"}]
        case Kind.PAYLOAD:
            return SECURED
    return f"{field.label} {n}"


def typed_value(article: Article, field):
    """Another value, as `moderation.apply` takes it."""
    match field.kind:
        case Kind.MOMENT:
            return datetime(2019, 5, 5, tzinfo=UTC)
        case Kind.PROVIDER:
            return make_provider()
        case Kind.TOPICS:
            return [make_topic()]
        case Kind.IMAGES:
            # Another text alone is another value.
            places = [ArticleImage(image=image) for image in article.ordered_images] or [
                ArticleImage(image=make_image())
            ]
            places[0].title = "Typed"
            return places
        case Kind.LINKS:
            return [*({"pk": link.pk} for link in article.related.all()), {"url": "https://related.example/ours"}]
    return front_value(field, 9 if field.kind is not Kind.CHOICE else 3)


def written(folder, n: int):
    front = {field.key: front_value(field, n) for field in DOCUMENT_FIELDS if field.key}
    text = "\n".join(["---", *emit.mapping({key: front[key] for key in KEYS_IN_ORDER}, 0), "---", front_value(BODY, n)])
    (folder / "a.md").write_text(text, encoding="utf-8")
    return folder


BODY = next(field for field in ARTICLE_FIELDS if field.kind is Kind.BODY)
