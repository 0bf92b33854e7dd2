"""The list of the verbs, which all others come from."""

import pytest
from django.utils import timezone

from articles import moderation
from articles.desk.queue.forms import verbs_of_queue
from articles.models import Article, Event, Reason
from articles.models import Verb as Column
from articles.moderation import VERBS
from articles.moderation.undo import with_undoable
from articles.moderation.verbs import buttons, offered
from tests.factories import make_article


def test_the_log_holds_the_verbs_that_there_are():
    assert sorted({verb.logged_as for verb in VERBS.values()}) == sorted(Column.values)
    assert {verb.logged_as: verb.label for name, verb in VERBS.items() if name == verb.logged_as} == {
        value: label[0].upper() + label[1:] for value, label in Column.choices
    }


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_a_verb_says_all_that_others_ask_of_it(verb):
    assert all([verb.name, verb.label, verb.past, verb.__doc__])
    assert bool(verb.never_undone) is not verb.can_be_undone


def test_no_two_verbs_share_a_key():
    keys = [key for verb in VERBS.values() for key in (verb.key, verb.item_key) if key]

    assert len(set(keys)) == len(keys)
    assert not set(keys) & set("jkxXesu/?nhHqQ"), "these move around, open, undo and score"


STATES = {
    "pending": ["publish", "reject"],
    "live": ["publish", "withdraw"],
    "published": ["withdraw", "reopen"],
    "rejected": ["publish", "reopen"],
    "withdrawn": ["publish", "reopen"],
}


@pytest.mark.parametrize(("state", "names"), STATES.items())
def test_the_buttons_of_an_article_are_the_verbs_that_do_not_refuse(state, names, moderator):
    article = make_article(
        published=state in ("live", "published"),
        reviewed_by=None if state in ("pending", "live") else moderator,
        first_published_at=None if state in ("pending", "rejected") else timezone.now(),
    )
    article = Article.objects.get(pk=article.pk)
    assert article.state == state

    assert [verb.name for verb in offered(article, moderator) if verb.settles] == names


def test_a_verb_refuses_who_may_not_and_what_a_colleague_has(moderator, importer, editor):
    article = make_article()
    moderation.claim(article, by=editor)

    ((held, not_allowed),) = {(verb.refusal(article, moderator), verb.refusal(article, importer)) for verb in buttons()}

    assert held.startswith("editors is working on it, until ")
    assert not_allowed == "Your role does not allow this."


@pytest.mark.parametrize("verb", verbs_of_queue(), ids=lambda verb: verb.name)
def test_to_ask_a_verb_writes_nothing(verb, moderator, django_assert_num_queries):
    article = Article.objects.select_related("claimed_by").get(pk=make_article().pk)
    moderator.has_perm("articles.moderate_article")
    before = {name: value for name, value in vars(article).items() if name != "_state"}

    with django_assert_num_queries(0):
        verb().refusal(article, moderator)

    assert {name: value for name, value in vars(article).items() if name != "_state"} == before


def test_what_can_be_undone_is_what_the_verbs_say(moderator):
    reason = Reason.objects.first()
    for column in Column:
        article = make_article()
        Event.objects.create(
            article=article, title="A", by=moderator, channel="desk", verb=column, version=1, reason=reason
        )

    undoable = with_undoable(Event.objects.all()).filter(undoable=True)

    assert set(undoable.values_list("verb", flat=True)) == set(Column.values) - {"import", "conflict", "delete", "undo"}
