"""What goes on when the browser is closed: in the worker, or at once where there is none."""

from django.tasks import task

from articles.importing import preview
from articles.models import ImportUpload


@task
def preview_upload(upload: str) -> None:
    preview.preview(ImportUpload.objects.select_related("by").get(pk=upload))


@task
def carry_out_upload(upload: str) -> None:
    preview.carry_out(ImportUpload.objects.select_related("by").get(pk=upload))
