"""Checks and saves the related links of an article, as a person curates them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, Value, When

from articles import links, texts
from articles.history.snapshot import value_of
from articles.models import Article, LinkedPage, RelatedLink
from articles.models.fields import EDITED_LINK_FIELDS
from articles.models.keys import key_of
from articles.models.related import content_digest, longest_ascending, with_room
from articles.moderation.refusals import Impossible
from articles.relevance import Text, relevances
from providers.models import Provider

OF_LINK = ("hidden", "placed")
OF_PAGE = tuple(name for name in EDITED_LINK_FIELDS if name not in OF_LINK)


def links_from(row: Article, items: Iterable[Mapping[str, Any]]) -> list[RelatedLink]:
    """Returns the items as checked, unsaved links in their order; omitted imported links come last, hidden.

    A link whose content changes leads to a page that is not saved yet. A `position` in an item, as the log has it, is
    kept if all links are then in their order. Where no item says what is `placed`, the order says it: see `_placed`.
    """
    items = list(items)
    existing = {link.pk: link for link in value_of(row, "related")}
    order = {link.pk: place for place, link in enumerate(most_relevant_first(existing.values()))}
    result: list[RelatedLink] = []
    wanted: list[int | None] = []
    for item in items:
        link = existing.pop(item["pk"], None) if item.get("pk") else _new_link(row)
        if link is None:
            raise Impossible("A related link of this form is no longer there: reload the page.")
        link.hidden = item.get("hidden", link.hidden)
        link.placed = item.get("placed", link.placed or not link.pk)
        said = {name: item[name] for name in OF_PAGE if name in item}
        if said:
            link.page = _page(link.page, said)
        result.append(link)
        wanted.append(item.get("position", link.position if link.pk else None))
    for link in existing.values():
        if link.origin == "imported":
            link.hidden = True
            result.append(link)
            wanted.append(link.position)
    urls = [link.url for link in result]
    if twice := {url for url in urls if urls.count(url) > 1}:
        raise Impossible(f"Related link twice: {', '.join(sorted(twice))}", {"url": ["This link is there already."]})
    if not any("placed" in item or "position" in item for item in items):
        result = _placed(result[: len(items)], order) + result[len(items) :]
        wanted = [link.position if link.pk else None for link in result]
    for link, position in zip(result, with_room(wanted), strict=True):
        link.position = position
    return result


def most_relevant_first(links: Iterable[RelatedLink]) -> list[RelatedLink]:
    """Returns them in the order in which people see them, as the queryset's method does."""
    return sorted(
        links, key=lambda link: (not link.placed, 0 if link.placed else -link.relevance, link.position, link.pk or 0)
    )


def _placed(wanted: list[RelatedLink], order: Mapping[int, int]) -> list[RelatedLink]:
    """Marks what is new or was moved as placed, and what stands above a moved one, and returns these first.

    The others stay in the order of the document. `order` is that in which the person saw the links.
    """
    staying = longest_ascending([order.get(link.pk) for link in wanted])
    last = max((place for place, link in enumerate(wanted) if link.pk and place not in staying), default=-1)
    for link in wanted[: last + 1]:
        link.placed = True
    others = [link for link in wanted if not link.placed]
    return [*(link for link in wanted if link.placed), *sorted(others, key=lambda link: link.position)]


def _new_link(row: Article) -> RelatedLink:
    return RelatedLink(article=row, origin="editor", page=LinkedPage())


def _page(page: LinkedPage, said: Mapping[str, Any]) -> LinkedPage:
    """Returns the page that says this instead; the same one if it says so already."""
    if page.pk and all(getattr(page, name) == value for name, value in said.items()):
        return page
    values = {name: getattr(page, name) for name in (*OF_PAGE, "provider", "images")}
    new = LinkedPage(**(values | dict(said)))
    for name in ("url", "amp_url", "cdn_amp_url"):
        value = getattr(new, name)
        if (value or name == "url") and (problem := links.problem_with(value)):
            raise Impossible(f"Related link {value!r} {problem}.", {name: [f"This {problem}."]})
    for name in ("title", "excerpt"):
        if problem := texts.problem_with(getattr(new, name)):
            raise Impossible(f"Related link {new.url}: the {name} {problem}.", {name: [f"This {problem}."]})
    new.canonical_url = links.canonical(new.url)
    provider = new.provider.domain if new.provider else None
    texts_of_page = (new.url, new.amp_url, new.cdn_amp_url, new.title, new.excerpt)
    new.digest = content_digest(*texts_of_page, new.published_at, new.type, new.quality, provider, new.images)
    _check(new)
    return new


def _check(page: LinkedPage) -> None:
    try:
        page.full_clean(exclude=["provider", "target"], validate_unique=False, validate_constraints=False)
        if page.quality < 0:
            raise ValidationError({"__all__": "Its quality is below 0."})
    except ValidationError as error:
        raise Impossible(f"Related link {page.url}: {'; '.join(error.messages)}", error.message_dict) from error


def save_links(row: Article, related: list[RelatedLink]) -> None:
    _save_pages([link.page for link in related if not link.page.pk], row)
    existing = {link.pk: link for link in row.related.all()}
    row.related.exclude(pk__in=[link.pk for link in related if link.pk]).delete()
    kept = [link for link in related if link.pk]
    # Two links may swap their pages, which must be different in between too.
    swapped = [link for link in kept if link.page.pk != existing[link.pk].page_id]
    row.related.filter(pk__in=[link.pk for link in swapped]).delete()
    for link in related:
        link.page_id = link.page.pk
    RelatedLink.objects.bulk_create([*swapped, *(link for link in related if not link.pk)])
    moved = [link for link in kept if link not in swapped and _place(link) != _place(existing[link.pk])]
    RelatedLink.objects.bulk_update(moved, ["position", "hidden", "placed"])


def _place(link: RelatedLink) -> tuple[int, bool, bool]:
    return link.position, link.hidden, link.placed


def rate_links(rows: Sequence[Article]) -> None:
    """Computes the relevance of the links of these articles anew, and writes what differs."""
    found: dict[int, list[RelatedLink]] = {row.pk: [] for row in rows}
    for link in RelatedLink.objects.filter(article__in=found).select_related("page").order_by("pk"):
        found[link.article_id].append(link)
    changed = []
    for row in rows:
        links_of_row = found[row.pk]
        rated = relevances(_text(row), [_text(link) for link in links_of_row])
        for link, (score, shared) in zip(links_of_row, rated, strict=True):
            if (link.relevance, link.shared) != (score, list(shared)):
                link.relevance, link.shared = score, list(shared)
                changed.append(link)
    RelatedLink.objects.bulk_update(changed, ["relevance", "shared"])


def _text(of: Article | RelatedLink) -> Text:
    return Text(of.title, of.excerpt, of.published_at)


def _save_pages(pages: list[LinkedPage], row: Article) -> None:
    """Gives each page the key of the row with its content, which is created where there is none."""
    targets = _articles_at({page.canonical_url for page in pages})
    for page in pages:
        page.target, page.canonical_key = targets.get(page.canonical_url), key_of(page.canonical_url)
    LinkedPage.objects.bulk_create({page.digest: page for page in pages}.values(), ignore_conflicts=True)
    # Locked: at the end of an import, pages to which no link leads are deleted.
    rows = LinkedPage.objects.select_for_update(no_key=True).filter(digest__in=[page.digest for page in pages])
    found = dict(rows.values_list("digest", "pk"))
    for page in pages:
        page.pk = found[page.digest]


def retarget(row: Article) -> None:
    """Sets the targets of linked pages after a change of the article's URL, to the old and to the new one."""
    for page in row.linked_from.exclude(canonical_url=row.canonical_url):
        page.target = _articles_at([page.canonical_url]).get(page.canonical_url)
        page.save(update_fields=["target"])
    LinkedPage.objects.filter(canonical_key=key_of(row.canonical_url), target=None).update(target=row)


def _articles_at(urls: Collection[str]) -> dict[str, Article]:
    """Returns the oldest article of each canonical URL."""
    keys = [key_of(links.twin_key(url)) for url in urls]
    found = Article.objects.filter(twin_key__in=keys, canonical_url__in=urls).only("pk", "canonical_url")
    return {article.canonical_url: article for article in found.order_by("-pk")}


def swap_pages(one: Provider, other: Provider) -> None:
    """Gives each of two providers the pages of the other: pages say what documents say, when domains change hands."""
    pages = LinkedPage.objects.filter(provider__in=(one, other))
    pages.update(provider=Case(When(provider=one, then=Value(other.pk)), default=Value(one.pk)))
