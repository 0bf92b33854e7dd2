"""The offer to undo, beside the message that says what was done."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse


class UndoOffer(NamedTuple):
    """The address that takes a decision back, and the page to show then; as text, the tags of a message."""

    address: str
    next: str

    def __str__(self):
        return f"{self.address} {self.next}"

    @classmethod
    def of(cls, tags: str) -> UndoOffer | None:
        """Reads the tags of a message; None where they offer nothing."""
        address, _, page = tags.partition(" ")
        return cls(address, page) if address.startswith(reverse("desk")) and page.startswith("/") else None
