"""The form of a rule: it reads what was typed as conditions and an action, and says what of it cannot be."""

from __future__ import annotations

from typing import Any

from django import forms

from articles.desk.colleagues import colleagues
from articles.forms.filters import LARGEST_INTEGER
from articles.models import Category, Reason, Rule, Topic, Type
from articles.rules.actions import ACTIONS, Action, AddTopics, Flag, Reject, Score, action_from_json
from articles.rules.conditions import TEXT, TITLE, BadRule, Conditions
from providers.models import Provider

# The names of parts of a rule that stand in the form under another name, by condition and action.
ACTION_FIELDS = {"text": "flag_text", "quality": "set_quality", "heat": "set_heat"}
CONDITION_FIELDS = (
    "quality_min", "quality_max", "heat_min", "heat_max", "days_min", "days_max", "words", "words_in", "providers",
    "trust", "topics", "categories", "types", "duplicate",
)  # fmt: skip
DUPLICATE = {"": None, "yes": True, "no": False}


def _number(label: str, low: int = 0) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=low, max_value=LARGEST_INTEGER)


def _some(label: str, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip


def _lines(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=20_000, help_text=help_text, widget=forms.Textarea(attrs={"rows": 3})
    )


class RuleForm(forms.Form):
    name = forms.CharField(max_length=100)
    quality_min, quality_max = _number("Quality from"), _number("Quality to")
    heat_min, heat_max = _number("Heat from", -1), _number("Heat to", -1)
    days_min = _number("Age from")
    days_max = _number("Age to")
    words = _lines("Words or phrases", "One on each line; one of them is enough. Whole words, in any case.")
    words_in = forms.ChoiceField(
        label="Where they stand", required=False, choices=[(TITLE, "in the title"), (TEXT, "in title or excerpt")]
    )
    providers = _lines("Domains of providers", "One on each line. Of merged providers, any of the domains.")
    trust = _some("Trust of the provider", Provider.Trust.choices)
    topics = forms.MultipleChoiceField(label="Topics", required=False, help_text="One of them is enough.")
    categories = _some("Category", Category.choices)
    types = _some("Type", Type.choices)
    duplicate = forms.ChoiceField(
        label="Possible duplicate",
        required=False,
        choices=[("", "whether or not"), ("yes", "yes: it has a duplicate"), ("no", "no: it has none")],
    )
    do = forms.ChoiceField(
        label="Action", choices=[(name, action.label) for name, action in ACTIONS.items()], widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(label="Reject: the reason", required=False)
    note = forms.CharField(
        label="Reject: in your own words", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    flag_text = forms.CharField(label="Flag: why a person is to look", required=False, max_length=500)
    set_quality, set_heat = _number("Set quality to"), _number("Set heat to", -1)
    add_topics = forms.MultipleChoiceField(label="Add these topics", required=False)
    by_keywords = forms.BooleanField(label="Add the topics of which a keyword stands in the title", required=False)
    to = forms.ChoiceField(label="Assign to", required=False)
    mode = forms.ChoiceField(
        label="This rule",
        choices=[("off", "is off"), ("shadow", "stands in the shadow: it records what it would do"), ("on", "acts")],
    )
    second_look = forms.IntegerField(
        label="Second look",
        min_value=0,
        max_value=100,
        help_text="Percent of what it publishes or rejects that a person sees again in the queue.",
    )

    def __init__(self, data=None, *, rule: Rule | None = None, **options):
        super().__init__(data, initial=initial_of(rule), **options)
        fields: Any = self.fields
        topics = list(Topic.objects.order_by("folded").values_list("slug", "name"))
        fields["topics"].choices = fields["add_topics"].choices = topics
        reasons = Reason.objects.offered().values_list("slug", "label")
        fields["reason"].choices = [("", "Choose a reason"), *reasons]
        people = list(colleagues().order_by("username").values_list("username", flat=True))
        fields["to"].choices = [("", "Nobody"), *((name, name) for name in people)]
        self.rule = rule
        self.conditions: Conditions | None = None
        self.action: Action | None = None
        # What the rule names must not get lost because it is not offered any more.
        for name in ("topics", "add_topics", "reason", "to"):
            self._offer_what_is_kept(name)
        for name, field in fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{name}_help"

    def _offer_what_is_kept(self, name: str) -> None:
        field: Any = self.fields[name]
        kept = self.initial.get(name) or []
        for value in [kept] if isinstance(kept, str) else kept:
            if value not in dict(field.choices):
                field.choices = [*field.choices, (value, f"{value} (not there any more)")]

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        others = Rule.objects.filter(name=name)
        if self.rule:
            others = others.exclude(pk=self.rule.pk)
        if others.exists():
            raise forms.ValidationError("Another rule has this name.")
        return name

    def clean(self):
        given = self.cleaned_data
        try:
            self.conditions = Conditions.from_json(_conditions(given))
        except BadRule as problem:
            field = problem.field if problem.field in CONDITION_FIELDS else None
            self.add_error(field, problem.problem[:1].upper() + problem.problem[1:])
        try:
            self.action = action_from_json(_action(given))
        except BadRule as problem:
            field = ACTION_FIELDS.get(problem.field, problem.field)
            self.add_error(field, problem.problem[:1].upper() + problem.problem[1:])
        return given

    @property
    def said(self) -> tuple[Conditions, Action]:
        """What the rule says; the form is valid."""
        if self.conditions is None or self.action is None:
            raise ValueError("The form is not valid.")
        return self.conditions, self.action

    @property
    def values(self) -> dict[str, Any]:
        """The new values of the rule; the form is valid."""
        conditions, action = self.said
        plain = {name: self.cleaned_data[name] for name in ("name", "mode", "second_look")}
        return plain | {"conditions": conditions.as_json(), "action": action.as_json()}


def _conditions(given: dict[str, Any]) -> dict[str, Any]:
    found = {name: given.get(name) for name in CONDITION_FIELDS if name.endswith(("_min", "_max"))}
    lists = {name: given.get(name) or [] for name in ("topics", "categories", "types")}
    lists |= {name: _lines_of(given.get(name, "")) for name in ("words", "providers")}
    lists["trust"] = [int(value) for value in given.get("trust") or []]
    where = given.get("words_in") or TITLE
    return found | lists | {"words_in": where, "duplicate": DUPLICATE[given.get("duplicate") or ""]}


def _action(given: dict[str, Any]) -> dict[str, Any]:
    do = given.get("do")
    parts: dict[str, dict[str, Any]] = {
        "reject": {"reason": given.get("reason", ""), "note": given.get("note", "")},
        "flag": {"text": given.get("flag_text", "")},
        "score": {"quality": given.get("set_quality"), "heat": given.get("set_heat")},
        "topics": {"topics": given.get("add_topics") or [], "by_keywords": bool(given.get("by_keywords"))},
        "assign": {"to": given.get("to", "")},
    }
    return {"do": do, **parts.get(str(do), {})}


def _lines_of(text: str) -> list[str]:
    return list(dict.fromkeys(line for line in (" ".join(each.split()) for each in text.splitlines()) if line))


def initial_of(rule: Rule | None) -> dict[str, Any]:
    """Returns what the form of a rule shows before anybody types."""
    usual: dict[str, Any] = {"do": "publish", "mode": "off", "second_look": 10, "words_in": TITLE}
    if rule is None:
        return usual
    found = usual | {name: getattr(rule, name) for name in ("name", "mode", "second_look")}
    try:
        asked, action = Conditions.from_json(rule.conditions), action_from_json(rule.action)
    except BadRule:
        return found
    found |= {name: getattr(asked, name) for name in CONDITION_FIELDS if name.endswith(("_min", "_max"))}
    found |= {name: list(getattr(asked, name)) for name in ("topics", "categories", "types", "trust")}
    found |= {name: "\n".join(getattr(asked, name)) for name in ("words", "providers")}
    by_flag = {value: name for name, value in DUPLICATE.items()}
    return found | {"words_in": asked.words_in, "duplicate": by_flag[asked.duplicate], **_of_action(action)}


def _of_action(action: Action) -> dict[str, Any]:
    found: dict[str, Any] = {"do": action.do}
    match action:
        case Reject(reason=reason, note=note):
            found |= {"reason": reason, "note": note}
        case Flag(text=text):
            found["flag_text"] = text
        case Score(quality=quality, heat=heat):
            found |= {"set_quality": quality, "set_heat": heat}
        case AddTopics(topics=topics, by_keywords=by_keywords):
            found |= {"add_topics": list(topics), "by_keywords": by_keywords}
        case _:
            found["to"] = getattr(action, "to", "")
    return found
