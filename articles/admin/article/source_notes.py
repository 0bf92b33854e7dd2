"""What the source says, beside a field of the admin's form."""

from datetime import datetime

from django.utils.html import format_html
from django.utils.timezone import localtime

from articles.documents.source import ADOPTABLE
from articles.history.labels import words


def note(name: str, said: object) -> str:
    """What the source says, and a button that saves the form with just that for this field."""
    if isinstance(said, datetime):
        said = f"{localtime(said):%Y-%m-%d %H:%M:%S}"
    return format_html('<span class="source-note">Source: <q>{}</q>{}</span>', words(said), use_button(name))


def use_button(name: str) -> str:
    if name not in ADOPTABLE:
        return ""
    button = (
        ' <button type="submit" class="use-source" name="_use_source" value="{}">Save with the source’s value</button>'
    )
    return format_html(button, name)
