"""Sends a report as a file."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse


def download(lines: Iterable[str], content_type: str, name: str) -> StreamingHttpResponse:
    """Returns the lines as a file of this name, sent as they are read."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type=content_type, headers=headers)
