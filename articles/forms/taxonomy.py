"""Forms of topics and images. The form of a provider is in `providers.forms`."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminFileWidget
from django.core.validators import validate_domain_name

from articles import links, slugs, texts
from articles.forms.fields import ImageUploadField, LinesField
from articles.models import Topic, TopicOldSlug

_PATH_OF_SITE = re.compile(r"/(?!/)[^\s\\<>\"^`{|}]*")


class CheckedTexts(forms.ModelForm):
    """A form whose texts hold no character that a feed or a database refuses."""

    def clean(self):
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and (problem := texts.problem_with(value)):
                self.add_error(name, f"This {problem}.")
        return super().clean()


def checked_domain(text: str) -> str:
    """Returns a typed domain as providers have it; raises ValidationError if it is none."""
    domain = text.strip().lower().rstrip(".")
    validate_domain_name(domain)
    if "." not in domain or links.problem_with(f"https://{domain}/"):
        raise forms.ValidationError("This is no domain, like example.com.")
    return domain


class TopicForm(CheckedTexts):
    keywords = LinesField()
    hashtags = LinesField()

    def clean_name(self):
        name = texts.name_of(self.cleaned_data["name"])
        folded = texts.fold(name)
        if not texts.is_visible(name) or not folded:
            raise forms.ValidationError("This shows nothing.")
        if other := Topic.objects.filter(folded=folded).exclude(pk=self.instance.pk).first():
            raise forms.ValidationError(f"There is the topic “{other}” already.")
        return name

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        if slugs.is_route_word(slug):
            raise forms.ValidationError("The site uses this word itself.")
        if TopicOldSlug.objects.filter(slug=slug).exclude(topic=self.instance.pk).exists():
            raise forms.ValidationError("This was the address of another topic, and redirects to it.")
        return slug

    def clean_parent(self):
        parent = above = self.cleaned_data["parent"]
        met = {self.instance.pk} - {None}
        while above is not None:
            if above.pk in met:
                raise forms.ValidationError("This would make the topic stand below itself.")
            met.add(above.pk)
            above = above.parent
        return parent


class ImageForm(CheckedTexts):
    file = ImageUploadField(
        required=False,
        widget=AdminFileWidget,
        label="Our own file",
        help_text="JPEG, PNG, WebP or GIF, up to 10 MB and 40 million pixels.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "url" in self.fields:
            self.fields["url"].required = False
            self.fields["url"].help_text = "Where the picture is. Empty: where our own file will be."
        for name in {"title", "attribution"} & self.fields.keys():
            self.fields[
                name
            ].help_text = "Shown wherever an article, a topic or a provider says nothing of the picture."

    def clean_url(self):
        url = self.cleaned_data["url"]
        if url and not url.startswith("/"):
            url = links.repaired(url) or url
        if url and not _PATH_OF_SITE.fullmatch(url) and (problem := links.problem_with(url)):
            raise forms.ValidationError(f"This {problem}, and no path of this site.")
        return url

    def clean(self):
        super().clean()
        upload: Any = self.cleaned_data.get("file")
        if size := getattr(upload, "image_size", None):
            self.cleaned_data["width"], self.cleaned_data["height"] = size
            self.cleaned_data["url"] = self.cleaned_data.get("url") or f"{settings.MEDIA_URL}images/{upload.name}"
        elif "url" not in self.errors and not self.cleaned_data.get("url"):
            self.add_error("url", "Give the URL of the picture, or the picture.")
        return self.cleaned_data
