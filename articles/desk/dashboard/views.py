"""GET /desk/: the first page of the desk."""

from django.views.generic import TemplateView

from articles.desk.access import IMPORT, READ_RUNS, DeskPage
from articles.desk.dashboard import figures
from articles.desk.dashboard.intake import intake
from articles.desk.dashboard.numbers import done_today, numbers
from articles.models import ImportRun, ImportUpload
from articles.moderation import DECIDE


class Dashboard(DeskPage, TemplateView):
    template_name = "desk/dashboard/dashboard.html"
    section = "desk"

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            **(_numbers(user) if user.has_perm(DECIDE) else {}),
            intake=intake() if user.has_perm("articles.view_documentfeed") else None,
            may_let_in=user.has_perm("articles.change_documentfeed"),
            runs=list(ImportRun.objects.select_related("by", "undoes")[:5]) if user.has_perm(READ_RUNS) else None,
            uploads=list(ImportUpload.objects.filter(by=user, feed=None).select_related("by", "run")[:5])
            if user.has_perm(IMPORT)
            else None,
            **kwargs,
        )


def _numbers(user):
    """Returns the numbers for a person who decides; only `today` is about the person."""
    found = numbers()
    return {
        "decides": True,
        "waiting": found["waiting"],
        "today": done_today(user),
        "decisions": figures.decisions(found["days"]),
        "times": figures.times(found["times"]),
        "bands": figures.bands(found["bands"]),
        "providers": figures.providers(found["providers"]),
    }
