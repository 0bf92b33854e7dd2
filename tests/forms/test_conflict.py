"""A form on a version that is gone, compared field by field, whichever page shows it."""

import pytest
from django.http import QueryDict

from articles import moderation
from articles.desk.article.forms import TextForm
from articles.forms.conflict import chosen_theirs, compare, conflict_of, version_in
from articles.history.since import changes_since
from articles.models import Article, Event
from tests.factories import make_article

pytestmark = pytest.mark.django_db


class Typed:
    """A form whose fields hold what a log would hold."""

    def __init__(self, **values):
        self.values = values

    def differs(self, name, value):
        return self.values[name] != value

    def typed(self, name):
        return str(self.values[name])


@pytest.fixture
def edited(editor) -> Article:
    """At version 1 it said A everywhere; at version 3 its title says C."""
    article = make_article(title="A", excerpt="A", body="A")
    moderation.edit(article, by=editor, version=1, title="B")
    moderation.edit(article, by=editor, version=2, title="C")
    return Article.objects.get()


@pytest.mark.parametrize(
    ("typed", "mine", "unsaved", "clashing", "theirs"),
    [
        ({"title": "A", "excerpt": "A"}, [], [], [], ["title"]),
        ({"title": "A", "excerpt": "Mine"}, ["excerpt"], ["excerpt"], [], ["title"]),
        ({"title": "C", "excerpt": "A"}, ["title"], [], [], []),
        ({"title": "Mine", "excerpt": "Mine"}, ["title", "excerpt"], ["title", "excerpt"], ["title"], []),
    ],
)
def test_fields_are_sorted_by_who_changed_them(edited, typed, mine, unsaved, clashing, theirs):
    found = compare(changes_since(edited, 1), Typed(**typed), typed)

    assert (found.mine, found.unsaved, found.theirs) == (mine, unsaved, theirs)
    assert [clash.name for clash in found.clashes] == clashing


def test_a_clash_tells_what_was_seen_what_is_there_and_what_was_typed(edited):
    (clash,) = compare(changes_since(edited, 1), Typed(title="Mine"), ["title"]).clashes

    assert (clash.label, clash.seen_value, clash.current_value, clash.typed) == ("title", "A", "C", "Mine")
    assert clash.event == Event.objects.get(version=3)


@pytest.mark.parametrize("version", [None, 7])
def test_on_a_version_that_nobody_knows_everything_that_differs_clashes(edited, version):
    found = compare(changes_since(edited, version), Typed(title="C", excerpt="Mine"), ["title", "excerpt"])

    assert [(clash.name, clash.seen_value, clash.current_value) for clash in found.clashes] == [
        ("excerpt", "not known", "A")
    ]
    assert found.theirs == []


def test_a_gap_in_the_log_is_a_version_that_nobody_knows(edited):
    Article.objects.update(version=4)

    found = compare(changes_since(Article.objects.get(), 1), Typed(excerpt="Mine"), ["excerpt"])

    assert [(clash.name, clash.seen_value) for clash in found.clashes] == [("excerpt", "not known")]


def test_a_conflict_names_the_missing_version_or_the_events(edited):
    missing, stale = (conflict_of(changes_since(edited, version), [], version) for version in (None, 1))

    assert (missing.status, missing.since) == (422, [])
    assert missing.message == "The form does not say which version of the article you saw: look at it again."
    assert (stale.status, stale.message, [event.version for event in stale.since]) == (409, "", [3, 2])


def test_the_desks_form_compares_only_what_was_sent(edited):
    changes = changes_since(edited, 1)
    form = TextForm(changes, QueryDict("title=A&excerpt=Mine"))

    found = compare(changes, form, form.changed_data)

    assert (found.mine, found.clashes) == (["excerpt"], [])


def test_the_choice_on_the_page_of_the_conflict_is_read_from_the_form():
    assert chosen_theirs(QueryDict("use-title=theirs&use-body=mine&use=theirs")) == {"title"}


@pytest.mark.parametrize(
    ("sent", "version"), [("12", 12), ("", None), ("-1", None), ("1.0", None), ("١", None), ("9" * 10, None)]
)
def test_a_version_is_a_whole_number_or_none(sent, version):
    assert version_in(QueryDict(mutable=True) | {"version": sent}) == version


def test_no_version_was_sent_at_all():
    assert version_in(QueryDict("title=A")) is None
