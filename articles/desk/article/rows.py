"""The ordered lists of the desk's page of one article, related links and pictures, as rows that a person edits.

A row is sent as `<prefix>-<n>-<field>`. Moving, adding and searching without script shows the rows again, unsaved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import QueryDict

from articles import links
from articles.desk.article.forms import shown
from articles.forms.fields import LineField, PictureField, TextField
from articles.history.since import Meanwhile
from articles.models import Article, Image, RelatedLink, Tombstone, Type
from articles.models.article import URL_LENGTH
from articles.models.keys import key_of
from articles.moderation.refusals import Refused
from articles.texts import problem_with

_MOVE = re.compile(r"([0-9]{1,4})-(up|down)")


class RowForm(forms.Form):
    """One row; people count from 1."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    position = forms.IntegerField(
        required=False, min_value=1, max_value=9999, widget=forms.NumberInput(attrs={"class": "order"})
    )
    row: Any = None
    number = 0

    @property
    def pk_sent(self) -> int | None:
        text = str(self["pk"].value() or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    def text(self, name: str) -> str:
        return str(self[name].value() or "").replace("\r\n", "\n").strip()


class Rows:
    """The rows of a list: as the person saw them, or as they were sent."""

    name, prefix = "", ""
    is_unsaved = False
    form_class: type[RowForm] = RowForm

    def __init__(self, meanwhile: Meanwhile, data: QueryDict | None = None, files=None, *, rows=None):
        self.meanwhile, self.article = meanwhile, meanwhile.article
        self.data, self.files = data, files
        self.error = ""
        self.version = meanwhile.article.version if data is None else data.get("version", "")
        if data is not None:
            self.rows = self._sent()
        else:
            rows = self._there() if rows is None else rows
            self.rows = [self._row(n, initial=initial) for n, initial in enumerate(rows, start=1)]
        self._look_up(self.rows)

    def _row(self, number: int, data=None, files=None, initial=None) -> RowForm:
        form = self.form_class(data, files, prefix=f"{self.prefix}-{number}", initial=initial)
        form.number = number
        return form

    def _sent(self) -> list[RowForm]:
        keys = re.compile(rf"{self.prefix}-([0-9]{{1,4}})-")
        numbers = sorted({int(found[1]) for key in (*self.data, *self.files) if (found := keys.match(key))})
        rows = [self._row(number, self.data, self.files) for number in numbers]
        # A row for a new one that was left empty is no row.
        rows = [row for row in rows if self._is_filled(row)]
        return [row for _, row in sorted(enumerate(rows, start=1), key=lambda pair: self._place(*pair))]

    @staticmethod
    def _place(was: int, row: RowForm) -> tuple[float, int, int]:
        """What comes up to a number stands before the row that has it; what comes down to it, behind."""
        text = str(row["position"].data or "")
        new = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else was
        return (new, (new > row.number) - (new < row.number), was)

    def move(self, order: str) -> int | None:
        """`3-up` or `3-down`: the row in that place goes one further. Its new place; None for what cannot be."""
        found = _MOVE.fullmatch(order)
        index = next((i for i, row in enumerate(self.rows) if found and row.number == int(found[1])), None)
        if index is None:
            return None
        other = min(max(index + (-1 if found[2] == "up" else 1), 0), len(self.rows) - 1)
        self.rows.insert(other, self.rows.pop(index))
        return other + 1

    def _there(self) -> Iterable[dict[str, Any]]:
        raise NotImplementedError

    def _is_filled(self, row: RowForm) -> bool:
        raise NotImplementedError

    def _look_up(self, rows: list[RowForm]) -> None:
        raise NotImplementedError

    # What saving asks of a form of this page

    @property
    def is_sent(self) -> bool:
        return f"{self.prefix}-sent" in self.data

    @property
    def kept(self) -> list[RowForm]:
        return [row for row in self.rows if not row["remove"].value()]

    # Whether someone else has changed, meanwhile, what is beside the list.
    is_overtaken = False

    def is_valid(self) -> bool:
        # Each is asked, so that each shows what is wrong with it.
        return not [row for row in self.kept if not row.is_valid()]

    @property
    def changed_data(self) -> list[str]:
        return [self.name] if self.is_sent and self.differs(self.name, self.meanwhile.seen(self.name)) else []

    def refuse(self, refusal: Refused) -> None:
        self.error = str(refusal)

    def again(self, meanwhile: Meanwhile, names: Iterable[str] = ()) -> Rows:
        """The rows that were typed, on the version that is there now; what they were about may be gone."""
        again = type(self)(Meanwhile(meanwhile.article), rows=[_values(row) for row in self.rows])
        for row in again.rows:
            if not again.is_there(row):
                row.initial["pk"] = None
        return again

    def is_there(self, row: RowForm) -> bool:
        """Whether what the row is about still is."""
        raise NotImplementedError

    @property
    def blank(self) -> RowForm:
        """The row for a new one."""
        return self._row(max((row.number for row in self.rows), default=0) + 1)

    @property
    def pattern(self) -> RowForm:
        """The row that the script copies."""
        return self._row("n")

    def shown_again(self, more: Iterable[dict[str, Any]] = ()) -> Rows:
        """The rows in the order that they have now, unsaved, with some more."""
        again = type(self)(self.meanwhile, rows=[*(_values(row) for row in self.rows), *more])
        again.is_unsaved = True
        again.version = self.data.get("version", "")
        return again


def _values(row: RowForm) -> dict[str, Any]:
    return {name: row[name].value() for name in row.fields if name not in ("file", "position")}


# Related links


class LinkForm(RowForm):
    url = LineField(label="URL", max_length=URL_LENGTH)
    title = LineField(required=False, max_length=500)
    excerpt = TextField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    type = forms.ChoiceField(choices=Type, required=False)
    hidden = forms.BooleanField(required=False, label="Hidden from readers")
    remove = forms.BooleanField(required=False, label="Remove")

    link: RelatedLink | None = None

    def clean_url(self):
        if problem := links.problem_with(self.cleaned_data["url"]):
            raise forms.ValidationError(f"This {problem}.")
        return self.cleaned_data["url"]

    @property
    def target(self) -> Article | None:
        return self.link.target if self.link else None

    @property
    def trouble(self) -> str:
        """Why the link leads nowhere on our site, though it is to one of our articles."""
        if self.target is None:
            return "Our article of this link was deleted." if self.link and self.link.was_deleted else ""
        if self.link.leads_to_visible:
            return ""
        state = self.target.get_state_display()
        return (
            f"Our article is {state if not self.target.published else 'not visible now'}: readers go to the original."
        )

    @property
    def is_dead(self) -> bool:
        gone = self.target is not None and self.target.state in ("withdrawn", "rejected")
        return gone or bool(self.target is None and self.trouble)


class RelatedRows(Rows):
    name, prefix = "related", "related"
    form_class = LinkForm
    rows: list[LinkForm]

    def __init__(self, meanwhile, data=None, files=None, *, rows=None, site: str = ""):
        self.site = site
        super().__init__(meanwhile, data, files, rows=rows)

    @cached_property
    def links(self) -> dict[int, RelatedLink]:
        visible = Article.objects.visible().filter(pk=OuterRef("target"))
        deleted = Tombstone.objects.filter(canonical_key=OuterRef("canonical_key"))
        found = (
            RelatedLink.objects.filter(article=self.article)
            .select_related("provider", "target")
            .annotate(leads_to_visible=Exists(visible), was_deleted=Exists(deleted))
            .defer(*(f"target__{name}" for name in ("excerpt", "body", "secured", "source", "extra")))
        )
        return {link.pk: link for link in found}

    def _there(self):
        return [
            {name: getattr(link, name) for name in ("pk", "url", "title", "excerpt", "type", "hidden")}
            for link in self.links.values()
        ]

    def _is_filled(self, row):
        return bool(row.pk_sent or row.text("url") or row.text("title"))

    def _look_up(self, rows):
        for place, row in enumerate(rows, start=1):
            row.link, row.place = self.links.get(row.pk_sent), place

    def is_there(self, row):
        return row.link is not None

    @property
    def dead(self) -> int:
        return sum(row.is_dead for row in self.rows)

    def is_valid(self):
        self._resolve()
        return super().is_valid()

    def _resolve(self) -> None:
        """A link to a page of ours becomes a link to that article's original; one without a title gets its title."""
        new = [row for row in self.rows if not row.pk_sent and row.is_bound]
        slugs = {row.number: slug for row in new if (slug := self._slug_of(row.text("url")))}
        urls = {row.number: _canonical(row.text("url")) for row in new}
        if not new:
            return
        found = Article.objects.filter(canonical_key__in=map(key_of, urls.values())) | Article.objects.filter(
            slug__in=slugs.values()
        )
        ours = list(found.exclude(pk=self.article.pk).without_payload().order_by("-pk"))
        by_url, by_slug = {a.canonical_url: a for a in ours}, {a.slug: a for a in ours}
        data = self.data.copy()
        for row in new:
            target = by_slug.get(slugs.get(row.number)) or by_url.get(urls[row.number])
            if target is None:
                continue
            if row.number in slugs:
                data[row.add_prefix("url")] = target.url
            if not row.text("title"):
                data[row.add_prefix("title")] = target.title
                data[row.add_prefix("excerpt")] = row.text("excerpt") or target.excerpt
            row.data = data

    def _slug_of(self, url: str) -> str:
        try:
            parts = urlsplit(url)
        except ValueError:
            return ""
        found = re.fullmatch(r"/articles/([\w-]+)/?", parts.path, re.ASCII)
        return found[1] if found and self.site and parts.netloc == self.site else ""

    def differs(self, name: str, value: Any) -> bool:
        return [_typed_link(row) for row in self.kept] != [_logged_link(link) for link in value]

    def typed(self, name: str) -> str:
        return shown(
            name, [{"title": t or url, "hidden": hidden} for url, t, *_, hidden in map(_typed_link, self.kept)]
        )

    def wanted(self, names) -> dict[str, Any]:
        return {"related": [self._item(row) for row in self.kept]} if names else {}

    def _item(self, row: LinkForm) -> dict[str, Any]:
        values = {name: row.cleaned_data[name] for name in ("url", "title", "excerpt", "hidden")}
        values["type"] = row.cleaned_data["type"] or Type.ARTICLE
        link = self.links.get(row.pk_sent)
        if link is None:
            return values
        # What browsers do to blanks and line ends is no change by a person.
        return {"pk": link.pk} | {n: v for n, v in values.items() if _plain(v) != _plain(getattr(link, n))}


def _typed_link(row: LinkForm) -> tuple:
    return (
        row.text("url"),
        row.text("title"),
        row.text("excerpt"),
        row.text("type") or Type.ARTICLE.value,
        bool(row["hidden"].value()),
    )


def _logged_link(link: dict[str, Any]) -> tuple:
    texts = (_plain(link.get(name) or "") for name in ("url", "title", "excerpt"))
    return (*texts, link.get("type") or Type.ARTICLE.value, bool(link.get("hidden")))


def _plain(value: Any) -> Any:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _canonical(url: str) -> str:
    return "" if links.problem_with(url) else links.canonical(url)


# Pictures


class PictureForm(RowForm):
    """A picture of the article: its text and credit, or another picture in its place."""

    url = LineField(label="URL of a picture", required=False, max_length=URL_LENGTH)
    file = PictureField(
        required=False, label="Upload", help_text="JPEG, PNG, WebP or GIF, up to 10 MB and 40 million pixels."
    )
    title = TextField(label="Alternative text", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    attribution = LineField(label="Credit", required=False)
    seen_title = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    seen_attribution = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    remove = forms.BooleanField(required=False, label="Take away")

    image: Image | None = None

    def clean_url(self):
        if (url := self.cleaned_data["url"]) and (problem := links.problem_with(url)):
            raise forms.ValidationError(f"This {problem}.")
        return url

    def clean(self):
        for name in ("title", "attribution"):
            if problem := problem_with(self.cleaned_data.get(name, "")):
                self.add_error(name, f"This {problem}.")
        if not self.image and not self.errors and not (self.cleaned_data["url"] or self.cleaned_data["file"]):
            raise forms.ValidationError("Give the URL of the picture, or the picture.")
        return self.cleaned_data

    @property
    def changed_texts(self) -> dict[str, str]:
        """The texts of the picture that the person changed."""
        return {
            name: self.cleaned_data[name]
            for name in ("title", "attribution")
            if self.text(name) != self.text(f"seen_{name}")
        }


class PictureRows(Rows):
    name, prefix = "images", "images"
    form_class = PictureForm
    rows: list[PictureForm]

    @cached_property
    def images(self) -> dict[int, Image]:
        return {image.pk: image for image in self.article.ordered_images}

    def _there(self):
        return [
            {
                "pk": image.pk,
                "title": image.title,
                "attribution": image.attribution,
                "seen_title": image.title,
                "seen_attribution": image.attribution,
            }
            for image in self.images.values()
        ]

    def _is_filled(self, row):
        return bool(row.pk_sent or row.text("url") or row.add_prefix("file") in (self.files or ()))

    def _look_up(self, rows):
        missing = {row.pk_sent for row in rows} - self.images.keys() - {None}
        known = self.images | (Image.objects.in_bulk(missing) if missing else {})
        for place, row in enumerate(rows, start=1):
            row.image, row.place = known.get(row.pk_sent), place

    def is_there(self, row):
        return row.image is not None

    def receive(self) -> None:
        """Keep the pictures that were sent or linked: a form that is refused for something else loses none of them."""
        data = self.data.copy()
        for row in self.kept:
            if not row.is_valid() or not (row.cleaned_data["url"] or row.cleaned_data["file"]):
                continue
            texts = {name: row.cleaned_data[name] for name in ("title", "attribution")}
            row.image = picture_from(row.cleaned_data["url"], row.cleaned_data["file"], texts)
            data[row.add_prefix("pk")], data[row.add_prefix("url")] = row.image.pk, ""
            for name in ("title", "attribution"):
                data[row.add_prefix(f"seen_{name}")] = getattr(row.image, name)
            row.data, row.files = data, {}
            row.full_clean()
        self.data = data

    def differs(self, name: str, value: Any) -> bool:
        return [row.image.url for row in self.kept if row.image] != list(value)

    def is_valid(self):
        return super().is_valid() and not self._overtaken()

    def _overtaken(self) -> bool:
        """Texts of pictures have no version: what the person saw came along."""
        data = self.data.copy()
        for row, texts in self.text_changes:
            for name, typed in texts.items():
                now = getattr(row.image, name)
                if _plain(now) not in (row.text(f"seen_{name}"), typed):
                    row.add_error(name, f"Meanwhile somebody made this “{now}”. Save again to have yours.")
                    data[row.add_prefix(f"seen_{name}")], self.is_overtaken = now, True
        for row in self.rows:
            row.data = data
        return self.is_overtaken

    @property
    def text_changes(self) -> list[tuple[PictureForm, dict[str, str]]]:
        return [(row, texts) for row in self.kept if row.image and (texts := row.changed_texts)]

    def typed(self, name: str) -> str:
        return shown(name, [row.image.url for row in self.kept if row.image])

    def wanted(self, names) -> dict[str, Any]:
        return {"images": [row.image for row in self.kept]} if names else {}


def picture_from(url: str, upload, texts: dict[str, str]) -> Image:
    """The picture with this URL, or that was uploaded; one that is there already keeps the texts that it has."""
    address = f"{settings.MEDIA_URL}images/{upload.name}" if upload else url
    image = Image.objects.filter(url_key=key_of(address)).first()
    if image is None:
        width, height = upload.picture_size if upload else (None, None)
        image = Image(url=address, width=width, height=height, **texts)
        if upload:
            image.file = upload
        image.full_clean()
        image.save()
    return image
