"""Documents and providers of the tests of merges."""

from articles.models import Article, KeptEvent
from articles.priority import priority_of
from articles.vocabulary.merging import merge
from providers.models import Provider


def news(name: str, domain: str, **said) -> str:
    lines = [
        f"title: {said.pop('title', name)}", f"webUrl: {said.pop('url', f'https://{domain}/{name}')}",
        "date: 2020-05-01T10:00:00Z", "provider:", f"  name: {domain.title()}", f"  domain: {domain}",
    ]  # fmt: skip
    return "\n".join(["---", *lines, *(f"{key}: {value}" for key, value in said.items()), "---", "Text.", ""])


def write(folder, files):
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def place() -> None:
    """Gives articles that were made by hand their place in the queue."""
    for article in Article.objects.select_related("provider").with_queue_order():
        Article.objects.filter(pk=article.pk).update(priority=priority_of(article))


def provider(letter: str) -> Provider:
    return Provider.objects.get(domain=f"{letter}.example")


def merged(editor, one="b", other="a") -> KeptEvent:
    return merge(provider(one), provider(other), by=editor, version=provider(one).version)
