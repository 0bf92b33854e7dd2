"""The list of related links as the article page shows it, and as it was sent.

Of a link that nobody opened, the page sends its number only: in `related-order`, and where it is hidden or removed in
`related-hidden` and `related-removed`; in `related-placed` if a person placed it. `related-pks` says which links the
numbers stand for, which count in the order of the document. A row whose form is open is sent as
`related-<n>-<field>`, and a new one always is. What is not sent is as the person saw it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import QueryDict

from articles.desk.article.curation import Curation, arranged, numbers_in
from articles.desk.article.link_filter import KINDS, SORTS, orders_of, ranked, seen_by_readers
from articles.desk.article.link_row import TEXTS, LinkForm, LinkRow
from articles.forms.filters import is_key
from articles.history.since import ChangesSince
from articles.models import Article, RelatedLink, Tombstone
from articles.relevance import CUT

_SENT_ROW = re.compile(rf"related-([0-9]{{1,4}})-(?:{'|'.join(TEXTS)})", re.ASCII)


class LinkList:
    """The rows in their order, and whether the list is closed: links that documents add from now on arrive hidden."""

    cut = CUT

    def __init__(self, changes: ChangesSince, data: QueryDict | None = None):
        self.changes, self.article = changes, changes.article
        self.data = QueryDict() if data is None else data
        self.pks = self._pks()
        self.rows: list[LinkRow] = [*self._seen_rows(), *self._new_rows()]
        self._read_state()
        self.closed = changes.seen_value("related_closed") if data is None else "related-closed" in data

    @cached_property
    def links(self) -> dict[int | None, RelatedLink]:
        visible = Article.objects.visible().filter(pk=OuterRef("page__target"))
        deleted = Tombstone.objects.filter(canonical_key=OuterRef("page__canonical_key"))
        found = (
            RelatedLink.objects.filter(article=self.article)
            .select_related("page__provider", "page__target")
            .annotate(leads_to_visible=Exists(visible), was_deleted=Exists(deleted))
            .defer(*(f"page__target__{name}" for name in ("excerpt", "body", "secured", "source", "extra")))
        )
        return {link.pk: link for link in found}

    @cached_property
    def seen(self) -> list[dict[str, Any]]:
        if self.changes.is_stale:
            return self.changes.seen_value("related")
        return [{name: getattr(link, name) for name in (*TEXTS, "hidden", "placed")} for link in self.links.values()]

    # Reading what was sent

    def _pks(self) -> list[int | None]:
        """Returns the keys of the links that the rows' numbers stand for."""
        sent = self.data.get("related-pks", "").split()
        if len(sent) == len(self.seen) and all(pk == "0" or is_key(pk) for pk in sent):
            return [int(pk) or None for pk in sent]
        by_url = {link.url: pk for pk, link in self.links.items()}
        return [by_url.get(link["url"]) for link in self.seen]

    def _seen_rows(self) -> list[LinkRow]:
        rows = []
        for number, (pk, values) in enumerate(zip(self.pks, self.seen, strict=True), start=1):
            row = LinkRow(number, values, link=self.links.get(pk))
            row.hidden, row.placed = bool(values.get("hidden")), bool(values.get("placed"))
            rows.append(row)
        opened = self._sent_numbers
        for row in rows:
            if row.number in opened:
                row.read(self.data)
        return rows

    @cached_property
    def _sent_numbers(self) -> list[int]:
        return sorted({int(found[1]) for key in self.data if (found := _SENT_ROW.fullmatch(key))})

    def _new_rows(self) -> list[LinkRow]:
        rows = [LinkRow(number, {}, is_new=True) for number in self._sent_numbers if number > len(self.pks)]
        for row in rows:
            row.read(self.data)
        # The row for a new one may be left empty.
        return [row for row in rows if row.text("url") or row.text("title")]

    def _read_state(self) -> None:
        data = self.data
        if "related-hidden" in data:
            hidden = set(numbers_in(data.get("related-hidden", "")))
        else:
            hidden = {row.number for row in self.rows if row.hidden}
        removed, ticked = data.get("related-removed", ""), " ".join(data.getlist("related-tick"))
        if "related-placed" in data:
            placed = {*numbers_in(data.get("related-placed", ""))}
        else:
            placed = {row.number for row in self.rows if row.placed}
        order = numbers_in(data.get("related-order", ""))
        self.take(Curation(order, hidden, {*numbers_in(removed)}, {*numbers_in(ticked)}, placed))

    def take(self, state: Curation) -> None:
        """Gives each row what the state says; a row that its order does not name comes behind those that it names."""
        known = {row.number for row in self.rows}
        order = [number for number in state.order if number in known]
        new = {row.number for row in self.rows if row.is_new}
        order, placed = arranged(order, state.placed & known | new, ranked(self.rows))
        places = {number: place for place, number in enumerate(order)}
        self.rows.sort(key=lambda row: places[row.number])
        for place, row in enumerate(self.rows, start=1):
            row.place, row.hidden, row.ticked = place, row.number in state.hidden, row.number in state.ticked
            row.placed = row.number in placed
            row.removed = row.number in state.removed and row.is_removable

    @property
    def is_moved(self) -> bool:
        """Whether the person gave the links that were there another order, or placed or let go one of them."""
        old = [row for row in self.rows if not row.is_new]
        order, placed = arranged([], {row.number for row in old if row.was_placed}, ranked(old))
        return (order, placed) != ([row.number for row in old], {row.number for row in old if row.placed})

    def append(self, values: Mapping[str, Any]) -> LinkRow:
        row = LinkRow(self.next_number, {}, is_new=True)
        row.open(values)
        self.rows.append(row)
        return row

    # What the page shows

    @property
    def state(self) -> Curation:
        return Curation(
            [row.number for row in self.rows],
            {row.number for row in self.rows if row.hidden},
            {row.number for row in self.rows if row.removed},
            {row.number for row in self.rows if row.ticked},
            {row.number for row in self.rows if row.placed},
            removable=[row.number for row in self.rows if row.is_removable],
            orders=self.orders,
            below={row.number for row in self.rows if row.is_below_cut},
        )

    @property
    def words(self) -> str:
        return self.data.get("related-words", "")

    @property
    def kind(self) -> str:
        return self.data.get("related-kind", "")

    @property
    def sort(self) -> str:
        return self.data.get("related-sort", "")

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [(name, label) for name, (label, _) in KINDS.items()]

    @property
    def sorts(self) -> list[tuple[str, str, list[int], int]]:
        """Name and label of each order, the numbers of the rows in it, and how many of them it places."""
        return [(name, label, *self.orders[name]) for name, label in SORTS.items()]

    @cached_property
    def orders(self) -> dict[str, tuple[list[int], int]]:
        return orders_of(self.rows)

    @property
    def order(self) -> list[int]:
        return [row.number for row in self.rows]

    @property
    def hidden(self) -> list[int]:
        return [row.number for row in self.rows if row.hidden]

    @property
    def placed(self) -> list[int]:
        return [row.number for row in self.rows if row.placed]

    @property
    def for_readers(self) -> int:
        """How many of the rows readers see."""
        return len(seen_by_readers(self.rows))

    @property
    def removed(self) -> list[int]:
        return [row.number for row in self.rows if row.removed]

    @property
    def dead(self) -> int:
        return sum(row.is_dead for row in self.rows)

    @property
    def ticked(self) -> int:
        return sum(row.ticked for row in self.rows)

    @property
    def next_number(self) -> int:
        return max([len(self.pks), *(row.number for row in self.rows)]) + 1

    @property
    def blank(self) -> LinkForm:
        """The form for a new link."""
        return LinkForm(prefix=f"related-{self.next_number}")

    @property
    def pattern(self) -> LinkRow:
        """The row that the script copies."""
        row = LinkRow(0, {}, is_new=True)
        row.prefix = "related-n"
        row.open()
        return row
