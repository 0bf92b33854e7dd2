"""The command cache_images on pictures of visible articles, and the files that it writes."""

from io import StringIO

from django.core.files.storage import default_storage
from django.core.management import call_command

from articles.models import Image
from tests.factories import make_article, make_image


def run(server, *options, **rules) -> str:
    out = StringIO()
    call_command("cache_images", *options, rules=server.rules(**rules), stdout=out)
    return out.getvalue()


def shown(server, path="/photo.jpg", **fields) -> Image:
    """A picture of a visible article."""
    image = make_image(**{"url": server.url(path)} | fields)
    make_article(published=True, images=[image])
    return image


def files() -> list[str]:
    folders = default_storage.listdir("copies")[0] if default_storage.exists("copies") else []
    return sorted(
        f"copies/{folder}/{name}" for folder in folders for name in default_storage.listdir(f"copies/{folder}")[1]
    )


def body(response) -> bytes:
    return b"".join(response.streaming_content)
