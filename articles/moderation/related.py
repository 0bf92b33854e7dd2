"""Checks and saves the related links of an article, as a person curates them."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from articles import links, texts
from articles.history.snapshot import value_of
from articles.models import Article, RelatedLink
from articles.models.fields import EDITED_LINK_FIELDS
from articles.models.keys import key_of
from articles.moderation.refusals import Impossible

UPDATED_LINK_COLUMNS = (*EDITED_LINK_FIELDS, "canonical_url", "canonical_key", "position", "target")


def links_from(row: Article, items: list[Mapping[str, Any]]) -> list[RelatedLink]:
    """Returns the items as checked, unsaved links in their order; omitted imported links come last, hidden."""
    existing = {link.pk: link for link in value_of(row, "related")}
    result: list[RelatedLink] = []
    for item in items:
        fields = {name: item[name] for name in EDITED_LINK_FIELDS if name in item}
        link = existing.pop(item["pk"], None) if item.get("pk") else RelatedLink(article=row, origin="editor")
        if link is None:
            raise Impossible("A related link of this form is no longer there: reload the page.")
        for name, value in fields.items():
            setattr(link, name, value)
        for name in ("url", "amp_url", "cdn_amp_url"):
            value = getattr(link, name)
            if (value or name == "url") and (problem := links.problem_with(value)):
                raise Impossible(f"Related link {value!r} {problem}.", {name: [f"This {problem}."]})
        for name in ("title", "excerpt"):
            if problem := texts.problem_with(getattr(link, name)):
                raise Impossible(f"Related link {link.url}: the {name} {problem}.", {name: [f"This {problem}."]})
        link.canonical_url = links.canonical(link.url)
        result.append(link)
    for link in existing.values():
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
    existing = dict(row.related.values_list("pk", "url"))
    row.related.exclude(pk__in=[link.pk for link in related if link.pk]).delete()
    targets = _articles_at([link.canonical_url for link in related], row)
    for link in related:
        link.target = targets.get(link.canonical_url)
        link.canonical_key = key_of(link.canonical_url)
        _check(link)
    # Two links may swap their URLs, which must be unique in between too.
    for link in related:
        if link.pk and existing[link.pk] != link.url:
            row.related.filter(pk=link.pk).update(url=f"moving:{link.pk}")
    RelatedLink.objects.bulk_update([link for link in related if link.pk], UPDATED_LINK_COLUMNS)
    RelatedLink.objects.bulk_create([link for link in related if not link.pk])


def _check(link: RelatedLink) -> None:
    # `links_from` checks that URLs are unique; the other constraints would each take a query.
    exclude = ["article", "provider", "target"]
    try:
        link.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
        if link.quality < 0:
            raise ValidationError({"__all__": "Its quality is below 0."})
    except ValidationError as error:
        raise Impossible(f"Related link {link.url}: {'; '.join(error.messages)}", error.message_dict) from error


def retarget(row: Article) -> None:
    """Sets the targets of related links after a change of the article's URL, to the old and to the new one."""
    for link in row.linked_from.exclude(canonical_url=row.canonical_url):
        link.target = _articles_at([link.canonical_url], row).get(link.canonical_url)
        link.save(update_fields=["target"])
    RelatedLink.objects.filter(canonical_key=row.canonical_key, target=None).exclude(article=row).update(target=row)


def _articles_at(urls: list[str], row: Article) -> dict[str, Article]:
    """Returns the oldest other article of each canonical URL."""
    found = Article.objects.filter(canonical_key__in=map(key_of, urls)).exclude(pk=row.pk).only("pk", "canonical_url")
    return {article.canonical_url: article for article in found.order_by("-pk")}
