"""/desk/rules/: the rules in their order; one rule: edit it, try it, save it, switch it, and undo what it did."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import TemplateView

from articles.desk.access import DeskPage, staff_only
from articles.desk.rules.forms import RuleForm
from articles.desk.rules.trying import try_form
from articles.forms.conflict import version_in
from articles.models import KeptEvent, Reason, Rule, Topic
from articles.moderation.access import KEEP_RULES
from articles.moderation.refusals import Refused
from articles.rules.conditions import BadRule
from articles.rules.in_force import latest_versions, make_ready
from articles.rules.keep import change_rule, create_rule, move_rule, undo_change
from articles.rules.names import Names
from articles.rules.record import Record, batches_of, records_of, shadow_of
from articles.rules.words import in_words
from articles.vocabulary.writer import StaleRow

READ_RULES = "articles.view_rule"
LARGEST_KEY = 2**63 - 1
CHANGES_SHOWN = 30
FIELD_NAMES = {
    "name": "name", "position": "place in the order", "mode": "mode", "second_look": "second look",
    "conditions": "rule", "action": "rule",
}  # fmt: skip


class Rules(DeskPage, TemplateView):
    permission = READ_RULES
    section = "rules"
    template_name = "desk/rules/rules.html"

    def get_context_data(self, **kwargs):
        rules = list(Rule.objects.select_related("changed_by"))
        records, words, problems = records_of(rule.pk for rule in rules), _words(), _problems(rules)
        rows = [
            {
                "rule": rule,
                "words": in_words(rule, *words),
                "record": records[rule.pk],
                "problem": problems.get(rule.pk, ""),
            }
            for rule in rules
        ]
        return super().get_context_data(rows=rows, may_change=self.request.user.has_perm(KEEP_RULES), **kwargs)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(READ_RULES)
def new_rule(request):
    form = RuleForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, form)
    if "try" in request.POST:
        return _tried(request, form)
    _require_keeper(request)
    if not form.is_valid():
        return _page(request, form, status=422)
    rule = create_rule(Rule(**form.values), by=request.user)
    messages.success(request, f"The rule “{rule}” is saved{_told(rule)}.")
    return redirect("desk_rule", pk=rule.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(READ_RULES)
def edit_rule(request, pk):
    rule = find_rule(pk)
    if request.method != "POST":
        return _page(request, RuleForm(rule=rule), rule)
    form = RuleForm(request.POST, rule=rule)
    if "try" in request.POST:
        return _tried(request, form, rule)
    _require_keeper(request)
    if not form.is_valid():
        return _page(request, form, rule, status=422)
    try:
        event = change_rule(rule, form.values, by=request.user, version=version_in(request.POST))
    except StaleRow as refusal:
        return _page(request, form, find_rule(pk), status=refusal.status, stale=refusal)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, rule, status=refusal.status)
    if event:
        messages.success(request, f"The rule “{rule}” is saved{_told(rule)}.")
    else:
        messages.info(request, "Nothing was changed: the rule says that already.")
    return redirect("desk_rule", pk=rule.pk)


@require_POST
@staff_only(KEEP_RULES)
def switch_rule(request, pk):
    """Switches a rule on, off, or into the shadow, from the list."""
    rule, mode = find_rule(pk), request.POST.get("mode", "")
    if mode not in Rule.Mode.values:
        messages.error(request, "Choose whether the rule is off, in the shadow, or on.")
        return redirect("desk_rules")
    try:
        change_rule(rule, {"mode": mode}, by=request.user, version=version_in(request.POST))
        messages.success(request, f"The rule “{rule}” is {rule.get_mode_display()}.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("desk_rules")


@require_POST
@staff_only(KEEP_RULES)
def move(request, pk):
    """Moves a rule up or down in the order in which rules are asked."""
    rule = find_rule(pk)
    try:
        move_rule(rule, -1 if "up" in request.POST else 1, by=request.user, version=version_in(request.POST))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("desk_rules")


@require_POST
@staff_only(KEEP_RULES)
def undo_saved(request, pk):
    """Undoes a saved change of a rule; what the rule did stays."""
    event = KeptEvent.objects.filter(pk=pk, kind=KeptEvent.Kind.RULE).first() if pk <= LARGEST_KEY else None
    if event is None:
        raise Http404
    try:
        undo_change(event, by=request.user)
        messages.success(request, "Undone: the rule says again what it said before that change.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("desk_rule", pk=event.row)


def find_rule(pk: int) -> Rule:
    rule = Rule.objects.select_related("changed_by").filter(pk=pk).first() if pk <= LARGEST_KEY else None
    if rule is None:
        raise Http404
    return rule


def _require_keeper(request) -> None:
    if not request.user.has_perm(KEEP_RULES):
        raise PermissionDenied("Your role does not allow this.")


def _told(rule: Rule) -> str:
    return {"on": ": it acts on what arrives from now on", "shadow": ": it stands in the shadow"}.get(rule.mode, "")


def _tried(request, form: RuleForm, rule: Rule | None = None):
    if not form.is_valid():
        return _page(request, form, rule, status=422)
    return _page(request, form, rule, tried=try_form(form, request.POST["try"]))


def _page(request, form: RuleForm, rule: Rule | None = None, *, status: int = 200, stale=None, tried=None):
    words = _words()
    context: dict[str, Any] = {
        "section": "rules",
        "form": form,
        "rule": rule,
        # The version that the person saw; after a refusal, that of the values which are shown now.
        "version": _shown_version(request, rule, stale),
        "may_change": request.user.has_perm(KEEP_RULES),
        "stale": stale,
        "differences": _differences(stale, form, rule, words) if stale and rule else [],
        "tried": tried,
        "address": reverse("desk_rule", args=[rule.pk]) if rule else reverse("desk_rule_new"),
    }
    if rule:
        context |= {
            "words": in_words(rule, *words),
            "problem": _problems([rule]).get(rule.pk, ""),
            "record": records_of([rule.pk]).get(rule.pk, Record()),
            "shadow": shadow_of(rule),
            "batches": batches_of(rule),
            "changes": _changes(rule),
        }
    return render(request, "desk/rules/rule.html", context, status=status)


def _shown_version(request, rule: Rule | None, stale) -> int | None:
    if rule is None:
        return None
    return rule.version if stale or request.method != "POST" else version_in(request.POST)


def _words() -> tuple[dict[str, str], dict[str, str]]:
    return dict(Topic.objects.values_list("slug", "name")), dict(Reason.objects.values_list("slug", "label"))


def _problems(rules: list[Rule]) -> dict[int, str]:
    """Returns of each rule that cannot be carried out now, why not."""
    names, versions = Names.now(), latest_versions(rule.pk for rule in rules)
    found = {}
    for rule in rules:
        try:
            make_ready(rule, versions[rule.pk], names)
        except BadRule as problem:
            found[rule.pk] = str(problem)
    return found


def _differences(stale: StaleRow, form: RuleForm, rule: Rule, words) -> list[tuple[str, str, str]]:
    """Returns label, what the person typed, and what a colleague has saved, of each field in which these differ."""
    typed = Rule(**form.values)
    rows: dict[str, tuple[str, str]] = {}
    for name, (mine, theirs) in stale.differences.items():
        if name in ("conditions", "action"):
            rows[FIELD_NAMES[name]] = (in_words(typed, *words), in_words(rule, *words))
        else:
            rows[FIELD_NAMES[name]] = (str(mine), str(theirs))
    return [(label, *values) for label, values in rows.items()]


def _changes(rule: Rule) -> list[dict[str, Any]]:
    """Returns the last changes of a rule, in words, and whether each can be undone."""
    events = list(
        KeptEvent.objects.filter(kind=KeptEvent.Kind.RULE, row=rule.pk).select_related("by", "undone_by")[
            :CHANGES_SHOWN
        ]
    )
    return [
        {
            "event": event,
            "what": ", ".join(dict.fromkeys(FIELD_NAMES.get(name, name) for name in event.after)),
            "undoable": event.verb == KeptEvent.Verb.CHANGE and not hasattr(event, "undone_by"),
        }
        for event in events[:CHANGES_SHOWN]
    ]
