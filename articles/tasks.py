"""What goes on when the browser is closed: in the worker, or at once where there is none."""

from django.contrib.auth.models import User
from django.db import transaction
from django.tasks import default_task_backend, task

from articles.images import copies
from articles.importing.uploads import preview
from articles.models import ImportUpload


@task
def preview_upload(upload: str) -> None:
    preview.preview(ImportUpload.objects.select_related("by").get(pk=upload))


@task
def carry_out_upload(upload: str, by: int) -> None:
    preview.carry_out(ImportUpload.objects.select_related("by").get(pk=upload), User.objects.get(pk=by))
    fetch_pictures_later()


@task(priority=-100)
def fetch_pictures() -> None:
    """A handful, and then the next: an import that somebody waits for goes in between."""
    if list(copies.make_copies(limit=copies.HANDFUL)):
        fetch_pictures_later()


def fetch_pictures_later() -> None:
    """Have the worker fetch what is due; where there is none nobody shall wait for it, and it is left to cron."""
    if default_task_backend.supports_defer:
        transaction.on_commit(fetch_pictures.enqueue)
