"""What goes on when the browser is closed: in the worker, or at once where there is none."""

from django.contrib.auth.models import User
from django.tasks import task

from articles.importing import preview
from articles.models import ImportUpload


@task
def preview_upload(upload: str) -> None:
    preview.preview(ImportUpload.objects.select_related("by").get(pk=upload))


@task
def carry_out_upload(upload: str, by: int) -> None:
    preview.carry_out(ImportUpload.objects.select_related("by").get(pk=upload), User.objects.get(pk=by))
