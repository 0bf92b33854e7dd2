"""What each person keeps: saved views of the queue, and preferences of the desk."""

from django import forms
from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from articles import texts
from articles.desk.access import staff_only, way_back
from articles.desk.queue.place import QueuePlace, queue_path
from articles.forms.errors import errors_of
from articles.models import DeskPreference, SavedView
from articles.moderation import DECIDE

MOST_VIEWS = 50


class ViewForm(forms.Form):
    name = forms.CharField(max_length=SavedView._meta.get_field("name").max_length)
    query = forms.CharField(required=False, max_length=SavedView._meta.get_field("query").max_length)

    def clean_name(self):
        if problem := texts.problem_with(self.cleaned_data["name"]):
            raise forms.ValidationError(f"The name {problem}.")
        return self.cleaned_data["name"]


@require_POST
@staff_only(DECIDE)
def save_view(request):
    """Saves the filters of the queue under a name; an existing view of that name gets the new ones."""
    form = ViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(text for texts in errors_of(form).values() for text in texts))
        return redirect(way_back(request, queue_path()))
    place = QueuePlace(request, QueryDict(form.cleaned_data["query"]))
    name, own_views = form.cleaned_data["name"], SavedView.objects.filter(user=request.user)
    if not place.is_valid:
        messages.error(request, "One of the filters cannot be read: mend it, then save the view.")
    elif own_views.exclude(name=name).count() >= MOST_VIEWS:
        messages.error(request, f"{MOST_VIEWS} views are the most: delete one first.")
    else:
        SavedView.objects.update_or_create(user=request.user, name=name, defaults={"query": place.query})
        messages.success(request, f"The view “{name}” is saved.")
    return redirect(way_back(request, queue_path()))


@require_POST
@staff_only(DECIDE)
def delete_view(request, pk):
    deleted, _ = SavedView.objects.filter(user=request.user, pk=pk).delete()
    if deleted:
        messages.success(request, "The view is deleted.")
    else:
        messages.error(request, "You have no such view.")
    return redirect(way_back(request, queue_path()))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only()
def preferences(request):
    if request.method == "POST":
        chosen = {name: name in request.POST for name in ("keys", "digits")}
        DeskPreference.objects.update_or_create(user=request.user, defaults=chosen)
        digits = ", and a digit sends the rejection" if chosen["keys"] and chosen["digits"] else ""
        messages.success(request, f"Keys are {'on' if chosen['keys'] else 'off'}{digits}.")
        return redirect(way_back(request, request.path))
    preference = DeskPreference.objects.filter(user=request.user).first() or DeskPreference(user=request.user)
    return render(request, "desk/queue/preferences.html", {"preference": preference, "section": "preferences"})
