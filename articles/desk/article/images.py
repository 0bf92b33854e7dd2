"""The images of an article as rows of a form."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.utils.datastructures import MultiValueDict

from articles import links
from articles.desk.article.rows import ListRowForm, Rows
from articles.forms.fields import ImageUploadField, LinkField, TextField, as_typed
from articles.forms.values import value_in_words
from articles.history.images import IMAGE_TEXTS, LoggedImage, logged_image, texts_in, url_in
from articles.history.snapshot import value_of
from articles.models import ArticleImage, Image
from articles.models.article import URL_LENGTH
from articles.models.keys import key_of
from articles.texts import problem_with


class ImageRowForm(ListRowForm):
    """An image of the article: its text and credit there, or another image in its place."""

    url = LinkField(label="URL of a picture", required=False, max_length=URL_LENGTH)
    file = ImageUploadField(
        required=False, label="Upload", help_text="JPEG, PNG, WebP or GIF, up to 10 MB and 40 million pixels."
    )
    title = TextField(label="Alternative text", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    attribution = TextField(label="Credit", required=False, widget=forms.Textarea(attrs={"rows": 1}))
    remove = forms.BooleanField(required=False, label="Remove")

    image: Image | None = None
    current: ArticleImage | None = None  # the place of the image, where the article has it already

    def clean_url(self):
        if (url := self.cleaned_data["url"]) and (problem := links.problem_with(url)):
            raise forms.ValidationError(f"This {problem}.")
        return url

    def clean(self):
        for name in IMAGE_TEXTS:
            if problem := problem_with(self.cleaned_data.get(name, "")):
                self.add_error(name, f"This {problem}.")
        if not self.image and not self.errors and not (self.cleaned_data["url"] or self.cleaned_data["file"]):
            raise forms.ValidationError("Give the URL of the picture, or the picture.")
        return self.cleaned_data

    @property
    def texts(self) -> dict[str, str]:
        """The texts for the place. What only a browser made of them, of blanks and line ends, is no change."""
        current = {name: getattr(self.current, name, "") for name in IMAGE_TEXTS}
        return {
            name: text if as_typed(text) == self.text(name) else self.cleaned_data[name]
            for name, text in current.items()
        }


class ImageRows(Rows[ImageRowForm]):
    name, prefix = "images", "images"
    names = ("images",)
    form_class = ImageRowForm

    @cached_property
    def places(self) -> dict[int, ArticleImage]:
        """The places of the article, by the keys of their images."""
        return {place.image_id: place for place in value_of(self.article, "images")}

    def _existing(self):
        return [{"pk": pk, **{name: getattr(place, name) for name in IMAGE_TEXTS}} for pk, place in self.places.items()]

    def _is_filled(self, row):
        return bool(row.pk_sent or row.text("url") or row.add_prefix("file") in self.files)

    def _look_up(self, rows):
        missing = {row.pk_sent for row in rows} - self.places.keys() - {None}
        known = {pk: place.image for pk, place in self.places.items()}
        known |= Image.objects.in_bulk(missing) if missing else {}
        for number, row in enumerate(rows, start=1):
            row.image, row.place, row.current = known.get(row.pk_sent), number, self.places.get(row.pk_sent)

    def still_exists(self, row):
        return row.image is not None

    def save_new_images(self) -> None:
        """Saves the images that were uploaded or linked, so that a form with another fault does not lose them."""
        data = self.data.copy()
        for row in self.kept:
            if not row.is_valid():
                if row.add_prefix("file") in self.files and "file" not in row.errors:
                    row.add_error("file", "Choose the file again: it was not kept, for the errors beside it.")
                continue
            if not (row.cleaned_data["url"] or row.cleaned_data["file"]):
                continue
            row.image = image_from(row.cleaned_data["url"], row.cleaned_data["file"])
            row.current = self.places.get(row.image.pk)
            data[row.add_prefix("pk")], data[row.add_prefix("url")] = str(row.image.pk), ""
            row.data, row.files = data, MultiValueDict()
            row.full_clean()
        self.data = data

    def differs(self, name: str, value: Any) -> bool:
        typed = [(row.image.url, *map(row.text, IMAGE_TEXTS)) for row in self.kept if row.image]
        return typed != [(url_in(item), *map(as_typed, texts_in(item).values())) for item in value]

    def typed(self, name: str) -> str:
        return value_in_words(name, [_logged(row) for row in self.kept if row.image])

    def wanted(self, names) -> dict[str, Any]:
        return {"images": [ArticleImage(image=row.image, **row.texts) for row in self.kept]} if names else {}


def _logged(row: ImageRowForm) -> LoggedImage:
    return logged_image(row.image.url if row.image else "", *map(row.text, IMAGE_TEXTS))


def image_from(url: str, upload) -> Image:
    """Returns the image with this URL, or that was uploaded. What was typed of it belongs to its place."""
    address = f"{settings.MEDIA_URL}images/{upload.name}" if upload else url
    image = Image.objects.filter(url_key=key_of(address)).first()
    if image is None:
        width, height = upload.image_size if upload else (None, None)
        image = Image(url=address, width=width, height=height)
        if upload:
            image.file = upload
        image.full_clean()
        image.save()
    return image
