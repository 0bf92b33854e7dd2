"""Curating the related links of an article: only `moderation.curate` calls this."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from articles import links
from articles.facts import RELATED_FIELDS, value_of
from articles.models import Article, RelatedLink
from articles.refusals import Impossible


def links_from(row: Article, items: list[Mapping[str, Any]]) -> list[RelatedLink]:
    """The items as links in their order, checked, not saved; imported links that were left out come last, hidden."""
    there = {link.pk: link for link in value_of(row, "related")}
    result: list[RelatedLink] = []
    for item in items:
        fields = {name: item[name] for name in RELATED_FIELDS if name in item}
        link = there.pop(item["pk"], None) if item.get("pk") else RelatedLink(article=row, origin="editor")
        if link is None:
            raise Impossible("A related link of this form is no longer there: reload the page.")
        for name, value in fields.items():
            setattr(link, name, value)
        if problem := links.problem_with(link.url):
            raise Impossible(f"Related link {link.url!r} {problem}.", {"url": [f"This {problem}."]})
        link.canonical_url = links.canonical(link.url)
        result.append(link)
    for link in there.values():
        if link.origin == "imported":
            link.hidden = True
            result.append(link)
    urls = [link.url for link in result]
    if twice := {url for url in urls if urls.count(url) > 1}:
        raise Impossible(f"Related link twice: {', '.join(sorted(twice))}", {"url": ["This link is there already."]})
    for position, link in enumerate(result):
        link.position = position
    return result


def save_links(row: Article, related: list[RelatedLink]) -> None:
    kept = [link.pk for link in related if link.pk]
    row.related.exclude(pk__in=kept).delete()
    targets = {
        article.canonical_url: article
        for article in Article.objects.filter(canonical_url__in=[link.canonical_url for link in related])
        .exclude(pk=row.pk)
        .only("pk", "canonical_url")
        .order_by("-pk")
    }
    for link in related:
        link.target = targets.get(link.canonical_url)
        try:
            link.full_clean(
                exclude=["article", "provider", "target"], validate_unique=False, validate_constraints=False
            )
        except ValidationError as error:
            raise Impossible(f"Related link {link.url}: {'; '.join(error.messages)}", error.message_dict) from error
        link.save()
