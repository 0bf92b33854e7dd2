"""A decision on the article page: sent with the one form, and carried out on what is saved with it."""

from __future__ import annotations

from typing import Any, Self

from django.http import HttpRequest

from articles.desk.article.fields import Problem
from articles.forms.decisions import WhyForm
from articles.models import Article, Reason
from articles.moderation.verbs import Verb, buttons, offered


class ReasonForm(WhyForm):
    """The reason of a verb that asks for one; the names of its fields begin with that of the verb."""

    def __init__(self, data, verb: Verb):
        super().__init__(data, reasons=Reason.objects.offered(), prefix=verb.name)
        reason: Any = self.fields["reason"]
        reason.required = True
        reason.error_messages["required"] = "Choose a reason: readers and colleagues will ask."


class Decision:
    """A verb with a button, and the form of its options; `is_asked`: its button was pressed."""

    def __init__(self, verb: Verb, data=None, *, is_asked: bool = False):
        self.offer, self.is_asked = verb, is_asked
        self.form = ReasonForm(data, verb) if verb.asks_reason else None

    @classmethod
    def asked(cls, request: HttpRequest) -> Self | None:
        """Returns the decision whose button was pressed."""
        name = request.POST.get("decide", "")
        return next((cls(verb, request.POST, is_asked=True) for verb in buttons() if verb.name == name), None)

    @classmethod
    def offers(cls, article: Article, request) -> list[Self]:
        """Returns the decisions that can be made now, with what was typed of their reasons."""
        data = request.POST if request.method == "POST" else None
        name = request.POST.get("decide", "")
        return [cls(verb, data, is_asked=verb.name == name) for verb in offered(article, request.user)]

    @property
    def verb(self) -> Verb:
        if self.form is None:
            return self.offer
        verb: Any = type(self.offer)
        return verb(self.form.why())

    @property
    def past(self) -> str:
        return self.offer.past

    def is_valid(self) -> bool:
        return self.form is None or self.form.is_valid()

    @property
    def problems(self) -> list[Problem]:
        if self.form is None or not self.is_asked:
            return []
        return [
            Problem(self.form[name].id_for_label, str(self.form[name].label), str(message))
            for name, messages in self.form.errors.items()
            for message in messages
        ]
