"""A table as a person sends it, and the preview's verdicts on its rows."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

IMPORT = reverse("admin:articles_article_import")


def table(*rows: dict) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def send(client, content: bytes, url: str = IMPORT, name: str = "table.csv"):
    return client.post(url, {"file": SimpleUploadedFile(name, content)})


def confirm(client, content: bytes, url: str = IMPORT):
    assert send(client, content, url).status_code == 200
    return client.post(url.replace("/import/", "/process_import/"))


def verdicts(page) -> list[tuple[str, list[str]]]:
    return [(item.verdict.value, [str(message) for message in item.messages]) for item in page.context["items"]]


NEW = {
    "web_url": "https://acme.example/1",
    "title": "A new one",
    "published_at": "2021-01-31T12:00:00Z",
    "provider": "acme.example",
}
