"""The errors of a form as texts."""

from django import forms


def errors_of(form: forms.BaseForm) -> dict[str, list[str]]:
    """Returns the messages by the name of the field, as refusals hold them."""
    return {name: [str(text) for text in texts] for name, texts in form.errors.items()}
