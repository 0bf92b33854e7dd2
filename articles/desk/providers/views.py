"""/desk/providers/: what comes from whom, and what becomes of it; trust, names, merges, domains."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import TemplateView

from articles.desk.access import DeskPage, staff_only
from articles.desk.providers.figures import SORTS, add_rhythms, figures, provider_row, provider_rows
from articles.desk.providers.forms import MergeForm, ProviderChange, RenameForm
from articles.desk.undo_offer import UndoOffer
from articles.forms.conflict import Conflict, chosen_theirs, version_in
from articles.forms.kept import NO_VERSION, SentFields, compared
from articles.importing.runs.lock import Held, import_lock
from articles.models import KeptEvent
from articles.moderation.refusals import Refused, VersionMissing
from articles.public.queries import visible_providers
from articles.vocabulary import merging
from articles.vocabulary.history import MOST_SHOWN, entries, lines
from articles.vocabulary.words import label
from articles.vocabulary.writer import Kind, StaleRow, change
from providers.models import Provider

READ = "providers.view_provider"
CHANGE = merging.CHANGE_PROVIDER
PER_PAGE = 50
BUSY = "An import is at work, which may bring more articles of it: try again when it is done."


class Providers(DeskPage, TemplateView):
    permission = READ
    section = "providers"
    template_name = "desk/providers/providers.html"

    def get_context_data(self, **kwargs):
        text = self.request.GET.get("q", "").replace("\x00", "").strip()[:200]
        sort = self.request.GET.get("sort", "")
        sort = sort if sort in SORTS else "articles"
        page = Paginator(provider_rows(text, sort), PER_PAGE).get_page(self.request.GET.get("page"))
        add_rhythms(page.object_list)
        kept = {name: value for name, value in (("q", text), ("sort", sort)) if value}
        sorts = [(name, words) for name, (words, _) in SORTS.items()]
        return super().get_context_data(page=page, text=text, sort=sort, sorts=sorts, kept=urlencode(kept), **kwargs)


class OneProvider(DeskPage, TemplateView):
    permission = READ
    section = "providers"
    template_name = "desk/providers/provider.html"

    def get(self, request, *args, pk, **kwargs):
        provider = get_object_or_404(Provider.objects.select_related("merged_into"), pk=pk)
        if provider.merged_into:
            return redirect("desk_provider", provider.merged_into.pk)
        return render(request, self.template_name, page_of(request, provider))


def page_of(request, provider, form=None, conflict=None):
    """Returns what the page of a provider shows; `form` is one that was not saved."""
    row = provider_row(provider)
    keys = [provider.pk, *(alias.pk for alias in row.aliases)]
    history = entries().filter(kind=Kind.PROVIDER, row__in=keys)
    trust = [event for event in history.filter(after__has_key="trust")[:MOST_SHOWN] if event.row == provider.pk]
    return {
        "section": "providers",
        "provider": provider,
        "row": row,
        "figures": figures(provider),
        "is_public": visible_providers().filter(pk=provider.pk).exists(),
        "history": lines(history[:MOST_SHOWN], request.user),
        "trust": lines(trust, request.user),
        "may_change": request.user.has_perm(CHANGE),
        "form": form or ProviderChange(instance=provider),
        "merge_form": MergeForm(auto_id="merge-%s"),
        "rename_form": RenameForm(auto_id="rename-%s"),
        "conflict": conflict,
        "today": timezone.localdate(),
    }


@require_POST
@staff_only(CHANGE)
def change_provider(request, pk):
    provider = get_object_or_404(Provider.objects.in_use(), pk=pk)
    current = ProviderChange(instance=Provider.objects.get(pk=pk))
    sent = request.POST.copy()
    for name in chosen_theirs(sent) & set(current.fields):
        sent[name] = current[name].value()
    form = ProviderChange(sent, instance=provider)
    fresh = Provider.objects.get(pk=pk)
    if not form.is_valid():
        return render(request, OneProvider.template_name, page_of(request, fresh, form), status=422)
    version = version_in(sent)
    try:
        event = change(fresh, form.cleaned_data, by=request.user, version=version)
    except (StaleRow, VersionMissing):
        return _show_again(request, pk, sent, version)
    if event is None:
        messages.info(request, "Nothing was changed.")
    else:
        messages.success(request, f"Saved: {fresh}.", extra_tags=str(_undo_offer(event, fresh)))
    return redirect("desk_provider", pk)


def _show_again(request, pk, sent, version):
    """Shows what was typed again, beside what a colleague has changed; nothing was saved."""
    current = Provider.objects.get(pk=pk)
    typed = ProviderChange(sent, instance=Provider.objects.get(pk=pk))
    clashes, theirs = compared(current, version, SentFields(typed), list(typed.fields))
    unchanged = ProviderChange(instance=current)
    for name in theirs:
        sent[name] = unchanged[name].value()
    taken = list(map(label, theirs))
    conflict = Conflict(clashes, taken=taken)
    if version is None:
        conflict = Conflict(clashes, taken=taken, message=NO_VERSION, status=VersionMissing.status)
    form = ProviderChange(sent, instance=Provider.objects.get(pk=pk))
    return render(request, OneProvider.template_name, page_of(request, current, form, conflict), status=conflict.status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(CHANGE)
def merge_provider(request, pk):
    """GET says what a merge would change, POST merges."""
    provider = get_object_or_404(Provider.objects.select_related("merged_into"), pk=pk)
    form = MergeForm(_sent(request, "into"), auto_id="merge-%s")
    if not form.is_bound:
        return _preview(request, "merge", provider, form)
    if not form.is_valid():
        return _preview(request, "merge", provider, form, status=422)
    into = form.cleaned_data["into"]
    if request.method != "POST":
        return _preview(request, "merge", provider, form, refusal=merging.merge_refusal(provider, into), into=into)
    return _carry_out(
        request, "merge", provider, form, into.pk,
        lambda: merging.merge(provider, into, by=request.user, version=version_in(request.POST)), into=into,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(CHANGE)
def rename_provider(request, pk):
    """GET says what another domain would change, POST gives it."""
    provider = get_object_or_404(Provider.objects.select_related("merged_into"), pk=pk)
    form = RenameForm(_sent(request, "domain"), auto_id="rename-%s")
    if not form.is_bound:
        return _preview(request, "rename", provider, form)
    if not form.is_valid():
        return _preview(request, "rename", provider, form, status=422)
    domain = form.cleaned_data["domain"]
    if request.method != "POST":
        why = merging.rename_refusal(provider, domain)
        return _preview(request, "rename", provider, form, refusal=why, domain=domain)
    return _carry_out(
        request, "rename", provider, form, pk,
        lambda: merging.rename(provider, domain, by=request.user, version=version_in(request.POST)), domain=domain,
    )  # fmt: skip


def _sent(request, name):
    """Returns what the form was sent with; None for the empty form."""
    if request.method == "POST":
        return request.POST
    return request.GET if name in request.GET else None


def _carry_out(request, verb, provider, form, then, write, **context):
    """Writes while no import is at work, and goes on to the provider with the key `then`."""
    try:
        with import_lock():
            event = write()
    except Held:
        return _preview(request, verb, provider, form, status=409, refusal=BUSY, **context)
    except Refused as refusal:
        now = Provider.objects.select_related("merged_into").get(pk=provider.pk)
        return _preview(request, verb, now, form, status=refusal.status, refusal=str(refusal), **context)
    what = f"“{provider}” was renamed: its domain is {event.after.get('domain')} now."
    if verb == "merge":
        what = f"“{provider}” was merged: {event.after['articles']:,} articles moved."
    messages.success(request, what, extra_tags=str(_undo_offer(event, Provider.objects.get(pk=then))))
    return redirect("desk_provider", then)


def _preview(request, verb, provider, form, status=200, refusal="", **context):
    effect = None if refusal or not form.is_valid() else merging.effect(provider)
    context |= {
        "section": "providers", "verb": verb, "provider": provider, "form": form, "refusal": refusal, "effect": effect,
    }  # fmt: skip
    return render(request, "desk/providers/preview.html", context, status=status)


def _undo_offer(event: KeptEvent, provider: Provider) -> UndoOffer:
    return UndoOffer(reverse("desk_kept_undo", args=[event.pk]), reverse("desk_provider", args=[provider.pk]))
