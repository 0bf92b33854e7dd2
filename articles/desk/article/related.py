"""The related links as a section of the article page: checked, compared with what others changed, and saved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlsplit

from django.http import QueryDict

from articles import links
from articles.desk.article.curation import numbers_in
from articles.desk.article.fields import Problem
from articles.desk.article.link_filter import show_only
from articles.desk.article.link_list import LinkList
from articles.desk.article.link_row import TEXTS, LinkRow
from articles.desk.article.lookup import search_articles
from articles.desk.article.suggested import Suggestion, suggested
from articles.forms.fields import as_typed
from articles.forms.filters import article_named
from articles.forms.values import value_in_words
from articles.history.since import ChangesSince
from articles.models import Article, Type
from articles.models.keys import key_of
from articles.moderation.refusals import Refused


class RelatedRows(LinkList):
    name = prefix = "related"
    names = ("related", "related_closed")
    error = ""

    # After a step without script: whether there is something to save, and what the step did.
    is_unsaved = False
    said = ""
    # What was searched for, and our articles of these words.
    search = ""
    found: list[Article] = []

    # The buttons: on the ticked rows, and with the number that is typed beside them.
    steps = (
        ("hide", "Hide"),
        ("show", "Show"),
        ("keep", "Keep only these"),
        ("below", "Hide all below"),
        ("release", "Order by relevance"),
        ("remove", "Remove"),
        ("all", "Tick all"),
        ("none", "Tick none"),
    )
    place_steps = (("move", "Move there"), ("first", "Keep the first"), ("range", "Tick from–to"))

    def __init__(self, changes: ChangesSince, data: QueryDict | None = None, *, site: str = ""):
        super().__init__(changes, data)
        self.site = site

    # The methods of `sections.SectionForm`

    @property
    def kept(self) -> list[LinkRow]:
        return [row for row in self.rows if not row.removed]

    def is_valid(self) -> bool:
        self._resolve()
        # Every row is checked, so that each shows its errors.
        return not [row for row in self.kept if not row.is_valid()]

    @property
    def _as_saved(self) -> list[LinkRow]:
        """The rows in the order of their positions: what is placed, then the others in the order of the document."""
        return sorted(self.kept, key=lambda row: (not row.placed, row.place if row.placed else row.number))

    def _resolve(self) -> None:
        """Turns a link to a page of ours into a link to the original; one without a title gets that of the article."""
        new = [row for row in self.rows if row.is_new]
        if not new:
            return
        slugs = {row.number: slug for row in new if (slug := self._slug_of(row.url))}
        urls = {row.number: _canonical(row.url) for row in new}
        twins = [key_of(links.twin_key(url)) for url in urls.values() if url]
        found = Article.objects.filter(twin_key__in=twins) | Article.objects.filter(slug__in=slugs.values())
        ours = list(found.exclude(pk=self.article.pk).without_payload().order_by("-pk"))
        by_url = {article.canonical_url: article for article in ours}
        by_slug: dict[str | None, Article] = {article.slug: article for article in ours}
        for row in new:
            target = by_slug.get(slugs.get(row.number)) or by_url.get(urls[row.number])
            if target is None:
                continue
            values = {name: row.text(name) for name in TEXTS}
            if row.number in slugs and target.url:
                values["url"] = target.url
            if not values["title"]:
                values |= {"title": target.title, "excerpt": values["excerpt"] or target.excerpt}
            row.read({f"{row.prefix}-{name}": value for name, value in values.items()})

    def _slug_of(self, url: str) -> str:
        try:
            parts = urlsplit(url)
        except ValueError:
            return ""
        found = re.fullmatch(r"/articles/([\w-]+)/?", parts.path, re.ASCII)
        return found[1] if found and self.site and parts.netloc == self.site else ""

    @property
    def changed_data(self) -> list[str]:
        if "related-sent" not in self.data:
            return []
        return [name for name in self.names if self.differs(name, self.changes.seen_value(name))]

    def differs(self, name: str, value: Any) -> bool:
        if name == "related_closed":
            return self.closed != value
        return [(*row.texts, row.hidden, row.placed) for row in self._as_saved] != [
            _logged_link(link) for link in value
        ]

    def refuse(self, refusal: Refused) -> None:
        self.error = str(refusal)

    @property
    def problems(self) -> list[Problem]:
        """The errors, each with the address of its field on the page."""
        found = [Problem(self.prefix, "", self.error)] if self.error else []
        for row in self.kept:
            for name, messages in row.errors.items():
                field = row.form[name] if row.form and name in row.form.fields else None
                anchor, of = (field.id_for_label, field.label) if field else (self.prefix, "row")
                found += [Problem(anchor, f"{of} {row.place}", str(message)) for message in messages]
        return found

    def typed(self, name: str) -> str:
        if name == "related_closed":
            return value_in_words(name, self.closed)
        return value_in_words(name, [{"title": row.title or row.url, "hidden": row.hidden} for row in self.kept])

    def wanted(self, names: Iterable[str]) -> dict[str, Any]:
        values = {"related": [row.item() for row in self._as_saved]} if "related" in names else {}
        return values | ({"related_closed": self.closed} if "related_closed" in names else {})

    def again(self, article: Article, names: Iterable[str] = ()) -> Self:
        """Returns the current list with what the person did to it.

        The order is that of the person who moved a link. One that was not touched is as it is now, and what others
        added stands where they placed it.
        """
        again = type(self)(ChangesSince(article))
        if "related" in names:
            again._carry_over(self)
        again.closed = self.closed if "related_closed" in names else article.related_closed
        return again

    def _carry_over(self, typed: LinkList) -> None:
        current = {row.link.pk: row for row in self.rows if row.link}
        numbers: list[int] = []
        placed: set[int] = set()
        for row in typed.rows:
            seen = row.number <= len(typed.pks)
            mine = current.get(typed.pks[row.number - 1]) if seen else None
            was_hidden = bool(seen and typed.seen[row.number - 1].get("hidden"))
            if mine is None:
                # What a colleague removed comes back only where the person worked on it.
                if seen and (row.removed or not (row.typed or row.hidden != was_hidden)):
                    continue
                mine = self.append(dict(zip(TEXTS, row.texts, strict=True)))
                mine.hidden = row.hidden
            elif row.typed:
                mine.open(row.typed)
            if row.hidden != was_hidden:
                mine.hidden = row.hidden
            if row.placed and not row.was_placed:
                placed.add(mine.number)
            mine.removed, mine.ticked = row.removed and mine.is_removable, row.ticked
            numbers.append(mine.number)
        state = self.state
        new = {row.number for row in self.rows if row.is_new}
        if typed.is_moved:
            state.order, state.placed = numbers, state.placed | placed
        else:
            state.order = [number for number in state.order if number not in new]
            state.order += [number for number in numbers if number in new]
        self.take(state)

    @cached_property
    def suggested(self) -> list[Suggestion]:
        """Articles of ours that are like this one and not in the list."""
        saved = [link.canonical_url for link in self.links.values()]
        return suggested(
            self.article, [*saved, *(url for row in self.rows if row.is_new and (url := _canonical(row.url)))]
        )

    # Steps without script: they show the page again, and save nothing

    def unsaved(self, do: str) -> Self:
        """Returns the rows after a button.

        `edit-7` opens row 7, `7-up` moves it, `add-7` adds our article 7, `search` searches for `q`, `more` keeps the
        row that was typed; the others are steps of `Curation`.
        """
        for row in self.rows:
            if row.form:
                row.open()
        verb, _, number = do.partition("-")
        if verb == "add" and (added := article_named(number)):
            self.append({name: getattr(added, name) for name in TEXTS})
        elif verb == "edit":
            self._edit(number)
        else:
            self._curate(do)
        if verb in ("search", "add"):
            self.search = self.data.get("q", "")
            self.found = search_articles(self.search, but=self.article)
        self._filter()
        self.is_unsaved = bool(self.changed_data)
        return self

    def _edit(self, number: str) -> None:
        for row in self.rows:
            if str(row.number) == number:
                row.open().fields["title"].widget.attrs["autofocus"] = True

    def _curate(self, do: str) -> None:
        state = self.state
        state.places = numbers_in(self.data.get("related-place", ""))
        number, _, way = do.partition("-")
        if way in ("up", "down") and number.isdecimal() and int(number) in state.order:
            state.step_by(int(number), 1 if way == "down" else -1)
        elif do == "sort":
            self.said = state.sort(self.data.get("related-sort", ""))
        elif do == "all":
            self._filter()
            self.said = state.tick(row.number for row in self.rows if row.is_shown)
        else:
            self.said = state.step(do)
        self.take(state)

    def _filter(self) -> None:
        show_only(self.rows, self.words, self.kind)


def _logged_link(link: Mapping[str, Any]) -> tuple:
    texts = (as_typed(link.get(name) or "") for name in ("url", "title", "excerpt"))
    return (*texts, link.get("type") or Type.ARTICLE.value, bool(link.get("hidden")), bool(link.get("placed")))


def _canonical(url: str) -> str:
    return links.canonical(repaired) if (repaired := links.repaired(url)) else ""
