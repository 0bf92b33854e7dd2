"""Keys in forms that were sent by hand: a value that cannot be a key is an error of the form, not of the server."""

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import BaseModelAdmin

from articles.forms.filters import SafeAutocomplete, is_key


class SafeChoices(forms.ModelMultipleChoiceField):
    def clean(self, value):
        for key in value or ():
            if not is_key(str(key)):
                raise forms.ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": str(key)[:50]}
                )
        return super().clean(value)


class SafeRelations(BaseModelAdmin):
    """For a ModelAdmin or an inline: the keys of rows that its form chooses."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SafeAutocomplete(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, *request, **kwargs):
        # GroupAdmin may call it without a request.
        return super().formfield_for_manytomany(db_field, *request, form_class=SafeChoices, **kwargs)


class SafeKeys(SafeRelations, admin.ModelAdmin):
    """For a ModelAdmin: also the keys of a selection."""

    def response_action(self, request, queryset, *args, **kwargs):
        """Leaves only keys in a selection; without one the list says that nothing was selected."""
        request.POST = request.POST.copy()
        keys = [key for key in request.POST.getlist(ACTION_CHECKBOX_NAME) if is_key(key)]
        request.POST.setlist(ACTION_CHECKBOX_NAME, keys)
        return super().response_action(request, queryset, *args, **kwargs)
