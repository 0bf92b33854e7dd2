from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from articles import moderation
from articles.models import Article, Event
from articles.moderation import CLAIM_MINUTES
from articles.moderation.refusals import Claimed, NotAllowed, Stale
from tests.factories import make_article
from tests.moderation.every_verb import VERBS, article_in
from tests.moderation.facts import facts

QUEUE = Article.objects.in_queue().by_priority()


@pytest.fixture
def colleague(make_user):
    return make_user("Moderators", username="colleague")


def end_claims():
    Article.objects.exclude(claimed_by=None).update(claimed_until=timezone.now() - timedelta(seconds=1))


def test_a_claim_lasts_some_minutes_and_is_no_fact_of_the_article(moderator):
    article = make_article()

    moderation.claim(article, by=moderator)

    left = article.claimed_until - timezone.now()
    assert timedelta(minutes=CLAIM_MINUTES - 1) < left <= timedelta(minutes=CLAIM_MINUTES)
    assert (article.claimed_by, article.version, Event.objects.count()) == (moderator, 1, 0)


def test_opening_again_extends_the_claim(moderator):
    article = make_article()
    moderation.claim(article, by=moderator)
    first = article.claimed_until

    moderation.claim(article, by=moderator)

    assert article.claimed_until > first


def test_a_colleague_is_told_who_has_it(moderator, colleague):
    article = make_article()
    moderation.claim(article, by=colleague)

    with pytest.raises(Claimed) as refusal:
        moderation.claim(Article.objects.get(), by=moderator)

    article.refresh_from_db()
    assert (refusal.value.holder, refusal.value.until) == (colleague, article.claimed_until)
    assert article.claimed_by == colleague


def test_a_claim_that_has_ended_is_free(moderator, colleague):
    article = make_article()
    moderation.claim(article, by=colleague)
    end_claims()

    moderation.claim(article, by=moderator)

    assert article.claimed_by == moderator


def test_a_claim_is_released_by_its_holder_alone(moderator, colleague):
    article = make_article()
    moderation.claim(article, by=colleague)

    moderation.release(article, by=moderator)
    assert article.claimed_by == colleague

    moderation.release(article, by=colleague)
    assert (article.claimed_by, article.claimed_until) == (None, None)


def test_at_logout_all_claims_of_the_person_end_and_no_others(moderator, colleague):
    mine, theirs = [make_article(), make_article()], make_article()
    for article in mine:
        moderation.claim(article, by=moderator)
    moderation.claim(theirs, by=colleague)

    moderation.release_all(by=moderator)

    assert list(Article.objects.exclude(claimed_by=None)) == [theirs]


def test_claims_are_for_those_who_decide(importer):
    article = make_article()

    with pytest.raises(NotAllowed):
        moderation.claim(article, by=importer)
    with pytest.raises(NotAllowed):
        moderation.next_for(QUEUE.all(), by=importer)


def test_an_article_that_is_gone_cannot_be_claimed(moderator):
    article = make_article()
    Article.objects.filter(pk=article.pk).delete()

    with pytest.raises(Stale) as refusal:
        moderation.claim(article, by=moderator)

    assert refusal.value.current is None


@pytest.mark.parametrize("state", ["published", "rejected", "withdrawn"])
def test_whoever_looks_at_a_decided_article_claims_nothing_and_stops_no_undo(moderator, colleague, state):
    verb = {"published": "publish", "rejected": "reject", "withdrawn": "withdraw"}[state]
    do, before = VERBS[verb]
    article = article_in(before, moderator)
    event = do(article, by=moderator, version=1)

    moderation.claim(article, by=colleague, if_waiting=True)
    assert moderation.next_for(Article.objects.filter(state=state), by=colleague) == article

    assert (article.state, Article.objects.get().claimed_by) == (state, None)
    assert moderation.undo(event, by=moderator).verb == "undo"


def test_whoever_looks_at_a_waiting_article_claims_it(moderator, colleague):
    article = make_article()

    moderation.claim(article, by=moderator, if_waiting=True)

    assert article.claimed_by == moderator
    with pytest.raises(Claimed):
        moderation.claim(article, by=colleague, if_waiting=True)


def test_a_decided_article_is_claimed_by_hand(moderator, colleague):
    article = make_article(published=True, reviewed_by=moderator)

    moderation.claim(article, by=colleague)

    assert article.claimed_by == colleague
    assert moderation.next_for(Article.objects.filter(state="published"), by=moderator) is None


def test_next_is_the_first_that_no_colleague_holds(moderator, colleague):
    first, second, third = (make_article(priority=priority) for priority in (3, 2, 1))
    moderation.claim(first, by=colleague)

    assert moderation.next_for(QUEUE.all(), by=moderator) == second
    assert moderation.next_for(QUEUE.exclude(pk=second.pk), by=moderator) == third
    assert moderation.next_for(QUEUE.exclude(pk__in=[second.pk, third.pk]), by=moderator) is None
    assert Article.objects.filter(claimed_by=moderator).count() == 2


def test_next_is_as_the_queryset_reads_it_even_where_that_wants_no_claimed_ones(moderator, django_assert_num_queries):
    make_article()

    article = moderation.next_for(QUEUE.for_cards(), by=moderator)
    with django_assert_num_queries(0):
        assert article.provider.name
        assert article.claimed_by_id == moderator.pk

    moderation.release_all(by=moderator)
    assert moderation.next_for(QUEUE.filter(claimed_by=None), by=moderator) == article


def test_next_looks_beyond_many_that_colleagues_hold(moderator, colleague):
    for _ in range(30):
        moderation.claim(make_article(priority=2), by=colleague)
    last = make_article(priority=1)

    assert moderation.next_for(QUEUE.all(), by=moderator) == last


@pytest.mark.django_db(transaction=True)
def test_next_hands_no_article_to_two_people(make_user):
    """100 times, two people ask at once; the queue has just enough for both."""
    people = [make_user("Moderators", username=name) for name in ("anne", "bert")]
    for number in range(200):
        make_article(priority=number)
    start, handed = Barrier(2), []

    def work(by):
        try:
            for _ in range(100):
                start.wait(60)
                article = moderation.next_for(QUEUE.exclude(claimed_by=by), by=by)
                handed.append((article.pk, by.pk))
        finally:
            connection.close()

    threads = [Thread(target=work, args=[by]) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)

    assert len(handed) == 200
    assert len({pk for pk, _ in handed}) == 200
    assert set(handed) == set(Article.objects.values_list("pk", "claimed_by"))


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_decides_on_what_a_colleague_has_open(verb, make_user):
    do, state = VERBS[verb]
    user, colleague = make_user("superuser"), make_user("Moderators", first_name="Anne", last_name="Bee")
    article = article_in(state, user)
    moderation.claim(article, by=colleague)
    before = facts(article)

    with pytest.raises(Claimed, match="Anne Bee is working on it") as refusal:
        do(article, by=user, version=1)

    assert (refusal.value.holder, refusal.value.until, refusal.value.status) == (colleague, article.claimed_until, 409)
    assert facts(article) == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_claim_that_has_ended_stops_nobody(verb, make_user):
    do, state = VERBS[verb]
    user = make_user("superuser")
    article = article_in(state, user)
    ended = timezone.now() - timedelta(seconds=1)
    Article.objects.filter(pk=article.pk).update(claimed_by=make_user("Moderators"), claimed_until=ended)

    assert do(article, by=user, version=1).version == 2


@pytest.mark.parametrize("verb", ["publish", "reject", "withdraw", "reopen"])
def test_a_decision_ends_the_claim_of_who_decides(verb, moderator):
    do, state = VERBS[verb]
    article = article_in(state, moderator)
    moderation.claim(article, by=moderator)

    event = do(article, by=moderator, version=1)

    article.refresh_from_db()
    assert (article.claimed_by, article.claimed_until) == (None, None)
    assert not {"claimed_by", "claimed_until"} & set(event.after)


@pytest.mark.parametrize("verb", ["score", "note", "flag"])
def test_work_on_an_article_goes_on_after_a_small_change(verb, moderator):
    article = make_article()
    moderation.claim(article, by=moderator)

    VERBS[verb][0](article, by=moderator, version=1)

    assert article.claimed_by == moderator
