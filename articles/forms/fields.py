"""Fields of the staff's forms."""

import re
from hashlib import blake2b
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.defaultfilters import filesizeformat

from articles import links, texts
from articles.images import decoding

MOST_BYTES = 10 * 1024 * 1024
# Nobody means an earlier year: it was typed with two digits.
FIRST_YEAR = 1990


def require_whole_year(year: int) -> None:
    """Raises ValidationError for a year that was typed with two digits, with the year that may be meant."""
    if year >= FIRST_YEAR:
        return
    if year >= 100:
        raise ValidationError(f"{year}? The year is {FIRST_YEAR} or later.")
    meant = year + (1900 if year > 80 else 2000)
    raise ValidationError(f"{year:04}? Type all four digits of the year: {meant}.")


def as_typed(value: Any) -> Any:
    """Returns a text as a browser would send it: with plain line ends, without blanks around it. Other values stay."""
    return "\n".join(line.rstrip("\r") for line in value.split("\n")).strip() if isinstance(value, str) else value


class TypedTextField(forms.CharField):
    """A text in which other line ends, and blanks at both ends, are no change by a person."""

    def has_changed(self, initial, data):
        return super().has_changed(as_typed(str(initial or "")), as_typed(str(data or "")))


class LineField(TypedTextField):
    pass


class TextField(TypedTextField):
    widget = forms.Textarea

    def to_python(self, value):
        return (super().to_python(value) or "").replace("\r\n", "\n")


class LinkField(LineField):
    """A link; what a browser repairs in a link is repaired."""

    def to_python(self, value):
        url = super().to_python(value) or ""
        return links.repaired(url) or url


class LinesField(forms.CharField):
    """A list of short texts, one in a line."""

    def __init__(self, **kwargs):
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4, "cols": 40}))
        kwargs.setdefault("help_text", "One in a line.")
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value):
        lines = (" ".join(line.split()) for line in (super().to_python(value) or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def validate(self, value):
        super().validate(value)
        if any(len(line) > 200 for line in value):
            raise ValidationError("A line is longer than 200 characters.")

    def run_validators(self, value):
        # Those of CharField are about one text.
        for line in value:
            if problem := texts.problem_with(line):
                raise ValidationError(f"A line {problem}.")

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)


class MomentField(forms.DateTimeField):
    """A date and time; a year of two digits is asked about, before any time zone is."""

    def to_python(self, value):
        if typed := re.match(r"\s*([0-9]{1,4})-", value) if isinstance(value, str) else None:
            require_whole_year(int(typed[1]))
        moment = super().to_python(value)
        if moment:
            require_whole_year(moment.year)
        return moment


class ImageUploadField(forms.FileField):
    """An image of a kind that browsers show, without metadata, named after what it holds.

    It is decoded and encoded anew in a process of limited memory and time: the web process opens no picture.
    """

    def to_python(self, data):
        upload: Any = super().to_python(data)
        if upload is None:
            return None
        if upload.size > MOST_BYTES:
            raise ValidationError(f"This is larger than {filesizeformat(MOST_BYTES)}.")
        upload.seek(0)
        try:
            cleaned = decoding.clean(upload.read())
        except decoding.NotAnImage as problem:
            if str(problem) in (decoding.NO_PICTURE, decoding.DAMAGED):
                raise ValidationError("This is no JPEG, PNG, WebP or GIF picture, or it is damaged.") from problem
            raise ValidationError(str(problem).replace("It ", "This ", 1)) from problem
        digest = blake2b(cleaned.data, digest_size=16).hexdigest()
        file: Any = SimpleUploadedFile(f"{digest}.{cleaned.extension}", cleaned.data)
        file.image_size = (cleaned.width, cleaned.height)
        return file
