"""What a rule is carried out on by a person, and what is undone of all that it did in one run."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from articles import moderation
from articles.desk.access import staff_only
from articles.desk.bulk.left_alone import LeftAlone, by_reason
from articles.desk.bulk.selection import BadSelection, picks_as_text, picks_in
from articles.desk.bulk.views import show_result
from articles.desk.rules.views import find_rule
from articles.models import Article, Channel, Event, Rule
from articles.moderation.access import KEEP_RULES
from articles.moderation.refusals import Impossible, NotAllowed, Refused
from articles.rules.carry_out import carry_out, preview
from articles.rules.in_force import latest_versions

ARTICLES_SHOWN = 100


@require_POST
@staff_only(KEEP_RULES)
def carry_out_rule(request, pk):
    """Shows on what of that which waits the rule would be carried out; with `picks`, carries it out on these."""
    rule = find_rule(pk)
    try:
        if "picks" in request.POST:
            _require_as_seen(request, rule)
            return show_result(request, carry_out(rule, picks_in([request.POST["picks"]]).items(), by=request.user))
        found = preview(rule, by=request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except (Refused, BadSelection) as refusal:
        messages.error(request, str(refusal))
        return redirect("desk_rule", pk=pk)
    versions = dict(found.pairs)
    shown = list(versions)[:ARTICLES_SHOWN]
    rows = Article.objects.select_related("provider").without_payload().in_bulk(shown)
    left = [LeftAlone(article.title, why, article.pk) for article, why in found.exceptions]
    context = {
        "section": "rules",
        "rule": rule,
        "said": latest_versions([rule.pk])[rule.pk].pk,
        "doable": found.doable,
        "picks": picks_as_text(versions, list(versions)),
        "first": [rows[pk] for pk in shown if pk in rows],
        "more": max(0, found.doable - ARTICLES_SHOWN),
        "left": by_reason(left),
        "left_number": len(left),
        "next": reverse("desk_rule", args=[pk]),
    }
    return render(request, "desk/rules/carry_out.html", context)


@require_POST
@staff_only(KEEP_RULES)
def undo_deeds(request, pk):
    """Undoes all that the rule did in one run, or that a person carried out with it at once."""
    rule = find_rule(pk)
    try:
        batch = UUID(request.POST.get("batch", ""))
    except ValueError as error:
        raise Http404 from error
    if not Event.objects.filter(batch=batch, rule__rule=rule).exists():
        raise Http404
    outcome = moderation.undo_batch(batch, by=request.user, at=moderation.Context(Channel.BULK))
    if not outcome.done and not outcome.refused:
        messages.info(request, "All of it was undone before.")
        return redirect("desk_rule", pk=pk)
    return show_result(request, outcome)


def _require_as_seen(request, rule: Rule) -> None:
    """Raises Impossible if the rule says something else than the preview showed."""
    if request.POST.get("said") != str(latest_versions([rule.pk])[rule.pk].pk):
        raise Impossible("The rule has been changed since that preview: look at what it would do now.")
