"""The desk: who may open its pages, and its first page."""

from django.views.generic import TemplateView

from articles.desk.access import IMPORT, READ_RUNS, DeskPage
from articles.desk.dashboard import figures
from articles.desk.dashboard import numbers as dashboard
from articles.models import ImportRun, ImportUpload
from articles.moderation import DECIDE


class Dashboard(DeskPage, TemplateView):
    template_name = "desk/dashboard/dashboard.html"
    section = "desk"

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            **(_numbers(user) if user.has_perm(DECIDE) else {}),
            runs=list(ImportRun.objects.select_related("by", "undoes")[:5]) if user.has_perm(READ_RUNS) else None,
            uploads=list(ImportUpload.objects.filter(by=user).select_related("by", "run")[:5])
            if user.has_perm(IMPORT)
            else None,
            **kwargs,
        )


def _numbers(user):
    """What those who decide see, the same for all of them but for what they did themselves."""
    numbers = dashboard.numbers()
    return {
        "decides": True,
        "waiting": numbers["waiting"],
        "today": dashboard.done_today(user),
        "decisions": figures.decisions(numbers["days"]),
        "times": figures.times(numbers["times"]),
        "bands": figures.bands(numbers["bands"]),
        "providers": figures.providers(numbers["providers"]),
    }
