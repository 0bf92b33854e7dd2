"""Fields of the staff's forms."""

import warnings
from hashlib import blake2b
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from PIL import Image, UnidentifiedImageError

from articles import links, texts

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}


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


class ImageUploadField(forms.FileField):
    """An image of a kind that browsers show, measured before it is decoded, named after what it holds."""

    def to_python(self, data):
        upload: Any = super().to_python(data)
        if upload is None:
            return None
        if upload.size > MOST_BYTES:
            raise ValidationError(f"This is larger than {filesizeformat(MOST_BYTES)}.")
        upload.image_size, extension = _measured(upload)
        upload.seek(0)
        digest = blake2b(upload.read(), digest_size=16).hexdigest()
        upload.seek(0)
        upload.name = str(PurePath(f"{digest}.{extension}"))
        return upload


def _measured(upload) -> tuple[tuple[int, int], str]:
    """Returns the size of an image in pixels, and the extension of its format."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(upload, formats=list(EXTENSIONS))
        width, height = image.size
        if width * height > MOST_PIXELS:
            raise ValidationError(f"This has {width} × {height} pixels: more than {MOST_PIXELS // 10**6} million.")
        image.load()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise ValidationError(f"This has more than {MOST_PIXELS // 10**6} million pixels.") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise ValidationError("This is no JPEG, PNG, WebP or GIF picture, or it is damaged.") from error
    return (width, height), EXTENSIONS[str(image.format)]
