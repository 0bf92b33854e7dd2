"""A document with a value in every field, its export, and an empty database to import it again."""

import difflib
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from articles.models import (
    Article,
    Event,
    Image,
    ImportRun,
    KeptEvent,
    LinkedPage,
    RelatedLink,
    Tombstone,
    Topic,
    append_only,
)
from providers.models import Provider

SECURED = "c2VjcmV0;AAAAAAAAAAAAAAAAAAAAAA=="
DOCUMENT = f"""\
---
# Written by a machine.
category: news
title: "A title"   # the headline
excerpt: 'It''s short'
publishedDateTime: 2020-06-11T19:19:00Z
webUrl: "https://news.example/a"
ampWebUrl: "https://news.example/a/amp"
unknown: {{b: [1, 2.50, ~], "a": yes}}
type: article
quality: 24
heat: -1
published: false

provider:
  name: News   # as it calls itself
  domain: news.example
  founded: 1990

topics:
  # The first one leads.
  - AI
  - "Computer Vision"  # seen

images:
  - url: "https://pictures.example/1.jpg"
    width: 520
    height: 208
    focus: left
  - url: "https://pictures.example/2.jpg"
    isCached: true

related:
  - title: "First"
    excerpt: "One"
    webUrl: "https://other.example/1"
    type: article
    provider:
      name: Other
      domain: other.example
    quality: 3
    mood: calm
    images:
      - url: "https://pictures.example/3.jpg"
        focus: right
  # The second one.
  - title: "Second"
    publishedDateTime: 2020-06-12T19:19:00Z
    webUrl: "https://other.example/2"
    quality: 1

# Nobody reads this.
secured: "{SECURED}"
---

Some text.
"""


def export(folder: Path, *options: str) -> dict[str, bytes]:
    call_command("export_articles", folder, *options, stdout=Silent())
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


class Silent:
    def write(self, text):
        pass


def difference(before: bytes, after: bytes) -> list[str]:
    """The lines that differ, `-` before and `+` after; the line ends are all of the kind that they were."""
    ends = b"\r\n" if b"\r\n" in before else b"\n"
    assert after.count(b"\n") == after.count(ends)
    old, new = (raw.decode().replace("\r", "").split("\n") for raw in (before, after))
    return [line for line in difflib.unified_diff(old, new, n=0, lineterm="") if line[:3] not in ("---", "+++", "@@ ")]


def wipe() -> None:
    with append_only.lifted(connection):
        KeptEvent.objects.all().delete()
        Event.objects.all().delete()
    for model in (ImportRun, Tombstone, RelatedLink):
        model.objects.all().delete()
    Article.objects.all().delete()
    Topic.objects.update(parent=None)
    LinkedPage.objects.all().delete()
    for model in (Topic, Provider, Image):
        model.objects.all().delete()
