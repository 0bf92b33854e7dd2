"""The value of the source beside a field of the admin's form."""

from django.utils.html import format_html

from articles.history.labels import short_text
from articles.models.fields import SOURCE_FIELDS


def source_note(name: str, source_value: object) -> str:
    """Returns the value of the source, and a button that saves the form with that value in this field."""
    return format_html(
        '<span class="source-note">Source: <q>{}</q>{}</span>', short_text(source_value), use_button(name)
    )


def use_button(name: str) -> str:
    if name not in SOURCE_FIELDS:
        return ""
    button = (
        ' <button type="submit" class="use-source" name="_use_source" value="{}">Save with the source’s value</button>'
    )
    return format_html(button, name)
