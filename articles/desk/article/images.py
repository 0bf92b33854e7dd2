"""The images of an article as rows of a form."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.utils.datastructures import MultiValueDict

from articles import links
from articles.desk.article.rows import ListRowForm, Rows
from articles.forms.fields import ImageUploadField, LineField, LinkField, TextField, as_typed
from articles.forms.values import value_in_words
from articles.models import Image
from articles.models.article import URL_LENGTH
from articles.models.keys import key_of
from articles.texts import problem_with


class ImageRowForm(ListRowForm):
    """An image of the article: its text and credit, or another image in its place."""

    url = LinkField(label="URL of a picture", required=False, max_length=URL_LENGTH)
    file = ImageUploadField(
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
        """The texts of the image that the person changed."""
        return {
            name: self.cleaned_data[name]
            for name in ("title", "attribution")
            if self.text(name) != self.text(f"seen_{name}")
        }


class ImageRows(Rows[ImageRowForm]):
    name, prefix = "images", "images"
    form_class = ImageRowForm

    @cached_property
    def images(self) -> dict[int, Image]:
        return {image.pk: image for image in self.article.ordered_images}

    def _existing(self):
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
        return bool(row.pk_sent or row.text("url") or row.add_prefix("file") in self.files)

    def _look_up(self, rows):
        missing = {row.pk_sent for row in rows} - self.images.keys() - {None}
        known = self.images | (Image.objects.in_bulk(missing) if missing else {})
        for place, row in enumerate(rows, start=1):
            row.image, row.place = known.get(row.pk_sent), place

    def still_exists(self, row):
        return row.image is not None

    def save_new_images(self) -> None:
        """Saves the images that were uploaded or linked, so that a form with another fault does not lose them."""
        data = self.data.copy()
        for row in self.kept:
            if not row.is_valid() or not (row.cleaned_data["url"] or row.cleaned_data["file"]):
                continue
            texts = {name: row.cleaned_data[name] for name in ("title", "attribution")}
            row.image = image_from(row.cleaned_data["url"], row.cleaned_data["file"], texts)
            data[row.add_prefix("pk")], data[row.add_prefix("url")] = str(row.image.pk), ""
            for name in ("title", "attribution"):
                data[row.add_prefix(f"seen_{name}")] = getattr(row.image, name)
            row.data, row.files = data, MultiValueDict()
            row.full_clean()
        self.data = data

    def differs(self, name: str, value: Any) -> bool:
        return [row.image.url for row in self.kept if row.image] != list(value)

    def is_valid(self):
        return super().is_valid() and not self._overtaken()

    def _overtaken(self) -> bool:
        """Whether somebody changed the texts meanwhile. They have no version: the form sends what the person saw."""
        data = self.data.copy()
        for row, texts in self.text_changes:
            for name, typed in texts.items():
                current = getattr(row.image, name)
                if as_typed(current) not in (row.text(f"seen_{name}"), typed):
                    row.add_error(name, f"Meanwhile somebody made this “{current}”. Save again to have yours.")
                    data[row.add_prefix(f"seen_{name}")], self.is_overtaken = current, True
        for row in self.rows:
            row.data = data
        return self.is_overtaken

    @property
    def text_changes(self) -> list[tuple[ImageRowForm, dict[str, str]]]:
        return [(row, texts) for row in self.kept if row.image and (texts := row.changed_texts)]

    def typed(self, name: str) -> str:
        return value_in_words(name, [row.image.url for row in self.kept if row.image])

    def wanted(self, names) -> dict[str, Any]:
        return {"images": [row.image for row in self.kept]} if names else {}


def image_from(url: str, upload, texts: dict[str, str]) -> Image:
    """Returns the image with this URL, or that was uploaded. An existing one keeps its texts."""
    address = f"{settings.MEDIA_URL}images/{upload.name}" if upload else url
    image = Image.objects.filter(url_key=key_of(address)).first()
    if image is None:
        width, height = upload.image_size if upload else (None, None)
        image = Image(url=address, width=width, height=height, **texts)
        if upload:
            image.file = upload
        image.full_clean()
        image.save()
    return image
