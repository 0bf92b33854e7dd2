"""Articles with words of their own in every field, which readers see or which are hidden from them."""

from datetime import datetime, timedelta
from hashlib import blake2b
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image as Picture

from articles import moderation
from articles.documents.stored import compressed
from articles.models import Article, ArticleOldSlug, Reason, TopicOldSlug
from articles.models.image import copy_name
from articles.moderation import Why
from tests.factories import make_article, make_image, make_provider, make_topic

# Every word of a hidden article begins so: "zqxpendingtitle" is from the title of the pending one.
MARK = "zqx"
HIDDEN = ["pending", "rejected", "scheduled", "expired", "withdrawn", "deleted", "takenback"]
# Each has a day of its own, on which nothing else was published.
KINDS = [*HIDDEN, "old", "new"]


def words_of(kind: str) -> dict[str, str]:
    """What stands for the words in braces."""
    names = ("title", "excerpt", "body", "slug", "topic", "name", "old")
    month = KINDS.index(kind) + 1 if kind in KINDS else 12
    return {name: f"{MARK}{kind}{name}" for name in names} | {
        "domain": f"{MARK}{kind}.example",
        "month": f"2018/{month:02}",
        "day": f"{month + 10}",
    }


def a_picture(word: str, colour: int, **fields):
    data = BytesIO()
    Picture.new("RGB", (60, 40), (colour, 7, 7)).save(data, "PNG")
    fields = {"title": f"{word}title", "attribution": f"{word}by", **fields}
    image = make_image(url=f"https://{word}.example/{word}.png", **fields)
    image.file.save(f"{word}.png", ContentFile(data.getvalue()))
    image.copy, image.copy_width, image.copy_height = blake2b(word.encode(), digest_size=16).hexdigest(), 60, 40
    default_storage.save(copy_name(image.copy, 60), ContentFile(data.getvalue()))
    image.save()
    return image


def canary(kind: str, *, shared_topic, **fields) -> Article:
    """An article with words of its own in every field, close to others by topic, date, words and heat."""
    word, words = f"{MARK}{kind}", words_of(kind)
    number = len(kind) + sum(map(ord, kind)) % 200
    topic = make_topic(
        f"{word}topic", slug=words["topic"], short_name=f"{word}short", description=f"{word}subject",
        keywords=[f"{word}keyword"], parent=shared_topic,
    )  # fmt: skip
    TopicOldSlug.objects.create(slug=words["old"], topic=topic)
    provider = make_provider(
        domain=words["domain"], name=words["name"], description=f"{word}house", other_names=[f"{word}alias"]
    )
    provider.image_links.create(image=a_picture(f"{word}logo", number % 250))
    picture = a_picture(f"{word}picture", (number + 1) % 250)
    article = make_article(
        **{
            "title": f"The tram {words['title']}",
            "slug": words["slug"],
            "path": f"_news/{word}path.md",
            "excerpt": f"A tram {words['excerpt']}",
            "body": f"The tram {words['body']} goes.",
            "web_url": f"https://{word}web.example/{word}",
            "original_url": f"https://{word}original.example/",
            "amp_url": f"https://{word}amp.example/",
            "cdn_amp_url": f"https://{word}cdn.example/",
            "published_at": datetime.strptime(f"{words['month']}/{words['day']} 12 Z", "%Y/%m/%d %H %z"),
            "type": "podcast",
            "heat": 100,
            "quality": 50,
            "pinned_at": timezone.now(),
            "notes": f"{word}notes",
            "flag": f"{word}flag",
            "secured": f"{word}secured",
            "extra": {"tags": [f"{word}tag"], "highlight": f"{word}highlight", f"{word}key": 1},
            "source": compressed(f"---\ntitle: {word}source\n---\n".encode()),
            "provider": provider,
            "topics": [topic, shared_topic],
            "images": [picture],
            "related": [{
                "title": f"{word}linktitle", "url": f"https://{word}link.example/", "excerpt": f"{word}linkexcerpt",
                "provider": make_provider(domain=f"{word}link.example", name=f"{word}linkname"),
                "images": [{"url": f"https://{word}linkpicture.example/"}],
            }],
            **fields,
        }
    )  # fmt: skip
    ArticleOldSlug.objects.create(slug=words["old"], article=article)
    return article


def address(template: str, kind: str, article: Article | None = None) -> str:
    if template in ("{file}", "{copy}"):
        image = article.ordered_images[0]
        return image.file.url if template == "{file}" else image.src
    return template.format(**words_of(kind))


def hide(kind: str, shared_topic, boss, **more) -> Article:
    """An article that is hidden in this way, made so by the verbs wherever a person does that."""
    now, why = timezone.now(), Why(Reason.objects.get(slug="other"), f"{MARK}{kind}why")
    fields = {
        "pending": {},
        "rejected": {},
        "scheduled": {"published": True, "publish_at": now + timedelta(days=1)},
        "expired": {"published": True, "expires_at": now - timedelta(minutes=1)},
        "withdrawn": {"published": True},
        "deleted": {"published": True},
        # By its source, from readers who saw it, with no person's decision.
        "takenback": {"removed": True, "first_published_at": now},
    }[kind]
    article = canary(kind, shared_topic=shared_topic, **fields, **more)
    match kind:
        case "rejected":
            moderation.reject(article, by=boss, version=1, why=why)
        case "withdrawn":
            moderation.withdraw(article, by=boss, version=1, why=why)
        case "deleted":
            moderation.delete(article, by=boss, version=1)
    return article
