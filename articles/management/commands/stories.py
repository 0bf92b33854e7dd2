"""manage.py stories: print the stories, say why articles are in one, or form all of them anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.core.management.base import CommandError
from django.db.models import Q

from articles.management.commands_of_ours import OurCommand
from articles.models import Article, Likeness, StoryMember
from articles.stories.explain import Explanation, explain
from articles.stories.forming import form, rebuild, suggested_stories


class Command(OurCommand):
    in_background = True
    help = "Print which articles tell one story. Stories of changed articles are formed first."

    def add_arguments(self, parser):
        parser.add_argument("--rebuild", action="store_true", help="form all stories anew, and print nothing else")
        parser.add_argument("--format", choices=["text", "tsv", "json"], default="text", help="of what is printed")
        parser.add_argument(
            "--suggested", action="store_true", help="take what is only suggested as one story for one story"
        )
        parser.add_argument("--explain", metavar="PATH", help="of one document: its story, what is like it, and why")

    def handle(self, *args, rebuild: bool, format: str, suggested: bool, explain: str | None, **options):
        if rebuild:
            self.rebuild()
            return
        form()
        if explain:
            self.explain(explain, format)
            return
        stories = suggested_stories() if suggested else dict(StoryMember.objects.values_list("pk", "story"))
        getattr(self, f"print_{format}")(list(_rows(stories)))
