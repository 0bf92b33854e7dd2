"""A rule that records in the shadow what it would do, and a feed to which a machine could push: of the demo editors."""

from __future__ import annotations

from articles.models import DocumentFeed, Rule
from articles.rules.conditions import Conditions
from articles.rules.keep import create_rule
from articles.vocabulary import writer
from newsroom.demo.decisions import EDITOR, IMPORTER, Desk


def open_the_doors(desk: Desk) -> None:
    """Makes both before the first documents come."""
    rule = Rule(
        name="What is good goes live",
        mode=Rule.Mode.SHADOW,
        conditions=Conditions(quality_min=80).as_json(),
        action={"do": "publish"},
    )
    create_rule(rule, by=desk.person(EDITOR))
    importer = desk.person(IMPORTER)
    feed = DocumentFeed(name="The collecting machine", kind=DocumentFeed.Kind.PUSH, by=importer)
    writer.create(feed, by=importer)
