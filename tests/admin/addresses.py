"""Addresses of the admin."""

from django.urls import reverse


def url(model: str, page: str, *args) -> str:
    return reverse(f"admin:articles_{model}_{page}", args=args)
