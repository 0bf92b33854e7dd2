"""/desk/queue/order/: the points that make up the order of the queue. All who decide read them, editors change them."""

from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from articles import moderation
from articles.desk.access import staff_only
from articles.desk.queue.place import queue_path
from articles.desk.queue.rows import PARTS, QueueRow, for_rows
from articles.models import Article, QueueOrder
from articles.models.queue_order import DEFAULTS, POINTS
from articles.moderation.priorities import ORDER, OrderChanged, set_order

EXAMPLES, EARLIER = 5, 20
PART_OF = {"quality_from": "quality", "quality_to": "quality", "undated_days": "age"}


class OrderForm(forms.ModelForm):
    class Meta:
        model = QueueOrder
        fields = POINTS

    def clean(self):
        super().clean()
        low, high = (self.cleaned_data.get(name) for name in ("quality_from", "quality_to"))
        if low is not None and high is not None and low > high:
            self.add_error("quality_to", "The band ends before it begins.")
        return self.cleaned_data


class Point(NamedTuple):
    field: forms.BoundField
    in_force: float
    default: float


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(moderation.DECIDE)
def queue_order(request):
    may_change, order, status = request.user.has_perm(ORDER), QueueOrder.in_force(), 200
    form = OrderForm(instance=order)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        form, status = OrderForm(request.POST, instance=QueueOrder()), 422
        version = request.POST.get("version", "")
        if not version.isdecimal():
            form.add_error(None, "The form does not say which points you saw: look at them, and send it again.")
        elif form.is_valid():
            try:
                placed = set_order(form.instance, by=request.user, version=int(version))
            except OrderChanged as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                messages.success(request, f"The points hold, and {placed:,} waiting articles have their new places.")
                return redirect(queue_path())
        order = QueueOrder.in_force()
    points = {name: Point(form[name], getattr(order, name), getattr(DEFAULTS, name)) for name in POINTS}
    context = {
        "form": form,
        "order": order,
        "parts": {part: [points[name] for name in POINTS if PART_OF.get(name, name) == part] for part in PARTS},
        "rows": [QueueRow(row, request.user) for row in for_rows(Article.objects.waiting().by_priority())[:EXAMPLES]],
        "may_change": may_change,
        "changes": QueueOrder.changes(most=EARLIER),
        "section": "queue",
    }
    return render(request, "desk/queue/order.html", context, status=status)
