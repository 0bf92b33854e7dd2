"""Who may carry out which verb, on which version, and in which state of the article."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from articles import moderation
from articles.models import Article, Reason, Verb
from articles.moderation import Why
from articles.moderation.refusals import Impossible, NotAllowed, Stale, VersionMissing
from tests.factories import make_article
from tests.moderation.every_verb import VERBS, article_in
from tests.moderation.facts import facts

MODERATORS = {
    "publish", "reject", "withdraw", "reopen", "score", "note", "flag", "assign", "cover", "duplicate", "group",
    "split", "never", "lead",
}  # fmt: skip
MAY = {"Moderators": MODERATORS, "Editors": set(VERBS), "Importers": set(), "superuser": set(VERBS), "": set()}


def test_every_verb_is_tried_here():
    assert set(VERBS) | {"import", "conflict", "undo"} == set(Verb.values)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", MAY)
def test_a_role_may_carry_out_its_verbs_and_no_others(role, verb, make_user):
    do, state = VERBS[verb]
    user = make_user(role)
    article = article_in(state, user)
    before = facts(article)

    if verb in MAY[role]:
        event = do(article, by=user, version=1)
        assert (event.verb, event.by, event.version) == (verb, user, 2)
    else:
        with pytest.raises(NotAllowed):
            do(article, by=user, version=1)
        assert facts(article) == before


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_decides_without_an_account_in_use(verb, make_user):
    do, state = VERBS[verb]
    gone = make_user("superuser", is_active=False)
    article = article_in(state, gone)

    for user in (gone, AnonymousUser()):
        with pytest.raises(NotAllowed):
            do(article, by=user, version=1)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("seen", "refusal"), [(None, VersionMissing), (0, Stale), (2, Stale)])
def test_every_verb_refuses_another_version_than_the_one_seen(seen, refusal, verb, make_user):
    do, state = VERBS[verb]
    user = make_user("superuser")
    article = article_in(state, user)
    before = facts(article)

    with pytest.raises(refusal):
        do(article, by=user, version=seen)

    assert facts(article) == before


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_refuses_an_article_that_is_gone(verb, make_user):
    do, state = VERBS[verb]
    user = make_user("superuser")
    article = article_in(state, user)
    Article.objects.filter(pk=article.pk).delete()

    with pytest.raises(Stale) as refusal:
        do(article, by=user, version=1)

    assert refusal.value.current is None
    assert refusal.value.since == []


def test_a_stale_version_is_refused_and_tells_what_was_missed(moderator, why):
    article = make_article()
    moderation.publish(article, by=moderator, version=1)

    with pytest.raises(Stale) as refusal:
        moderation.withdraw(article, by=moderator, version=1, why=why)

    assert refusal.value.current.state == "published"
    assert [event.verb for event in refusal.value.since] == ["publish"]


IMPOSSIBLE = {
    "publish": {"published"},
    "withdraw": {"pending", "rejected", "withdrawn"},
    "reject": {"live", "published", "rejected", "withdrawn"},
    "reopen": {"pending", "live"},
}


@pytest.mark.parametrize("verb", IMPOSSIBLE)
@pytest.mark.parametrize("state", ["pending", "live", "published", "rejected", "withdrawn"])
def test_a_decision_is_refused_in_the_states_that_do_not_admit_it(state, verb, moderator):
    article = make_article(
        published=state in ("live", "published"),
        reviewed_by=moderator if state in ("published", "rejected", "withdrawn") else None,
        first_published_at=None if state in ("pending", "rejected") else timezone.now(),
    )
    assert Article.objects.get(pk=article.pk).state == state
    before = facts(article)

    if state in IMPOSSIBLE[verb]:
        with pytest.raises(Impossible):
            VERBS[verb][0](article, by=moderator, version=1)
        assert facts(article) == before
    else:
        VERBS[verb][0](article, by=moderator, version=1)
        assert article.version == 2


@pytest.mark.parametrize("verb", [moderation.reject, moderation.withdraw])
@pytest.mark.parametrize("note", [None, "a\x00b"])
def test_no_rejection_without_a_reason_that_people_can_read(note, verb, moderator):
    article = make_article(published=verb is moderation.withdraw)
    before = facts(article)

    with pytest.raises(Impossible) as refusal:
        verb(article, by=moderator, version=1, why=note and Why(Reason.objects.first(), note))

    assert set(refusal.value.errors) == {"note" if note else "reason"}
    assert facts(article) == before
