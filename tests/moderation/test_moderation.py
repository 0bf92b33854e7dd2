from datetime import timedelta
from datetime import timezone as time_zone
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from articles import moderation
from articles.history.snapshot import snapshot
from articles.models import Article, ArticleOldSlug, Channel, Event, Reason, RelatedLink, Tombstone, Verb
from articles.moderation import Context, Why
from articles.moderation.refusals import Claimed, Impossible, NotAllowed, Refused, Stale, VersionMissing
from articles.priority import priority_of
from tests.factories import make_article, make_image, make_provider, make_related, make_topic

HOUR = timedelta(hours=1)


@pytest.fixture
def why(db):
    return Why(Reason.objects.get(slug="wrong"), "The study says the opposite.")


def facts(article: Article) -> tuple:
    """The row as the database holds it, and its events: what a refused verb leaves as it was."""
    row = Article.objects.get(pk=article.pk)
    return snapshot(row), row.version, list(Event.objects.filter(article=row).values())


# What each verb does


def test_publish_puts_name_and_time_on_the_article(moderator):
    article = make_article()

    event = moderation.publish(article, by=moderator, version=1)

    assert (article.state, article.version, article.reviewed_by) == ("published", 2, moderator)
    assert article.first_published_at == article.reviewed_at
    assert event.before == {
        "published": False,
        "first_published_at": None,
        "reviewed_by": None,
        "reviewed_at": None,
    }
    assert event.after == {
        "published": True,
        "first_published_at": article.reviewed_at.isoformat(),
        "reviewed_by": "moderators",
        "reviewed_at": article.reviewed_at.isoformat(),
    }


def test_publish_confirms_a_live_article_and_keeps_when_readers_first_saw_it(moderator):
    first = timezone.now() - HOUR
    article = make_article(published=True, first_published_at=first)

    event = moderation.publish(article, by=moderator, version=1)

    assert (article.state, article.first_published_at) == ("published", first)
    assert set(event.after) == {"reviewed_by", "reviewed_at"}


def test_withdraw_takes_the_article_from_readers_and_keeps_the_reason(moderator, why):
    article = make_article(published=True)

    event = moderation.withdraw(article, by=moderator, version=1, why=why)

    assert (article.state, article.published) == ("withdrawn", False)
    assert not Article.objects.visible().exists()
    assert (event.reason.slug, event.note) == ("wrong", "The study says the opposite.")
    assert event.before["published"] is True
    assert event.after["published"] is False


def test_withdraw_before_the_start_leaves_an_article_that_was_never_public(moderator, why):
    article = make_article(publish_at=timezone.now() + HOUR)
    moderation.publish(article, by=moderator, version=1)

    moderation.withdraw(article, by=moderator, version=2, why=why)

    assert (article.state, article.first_published_at) == ("rejected", None)


def test_reject_decides_on_a_pending_article(moderator, why):
    article = make_article()

    event = moderation.reject(article, by=moderator, version=1, why=why)

    assert (article.state, article.reviewed_by) == ("rejected", moderator)
    assert (event.verb, event.reason, event.note) == ("reject", why.reason, why.note)
    assert set(event.after) == {"reviewed_by", "reviewed_at"}


@pytest.mark.parametrize(("published", "state"), [(True, "live"), (False, "pending")])
def test_reopen_takes_the_review_back_and_nothing_else(published, state, moderator):
    article = make_article(published=published, reviewed_by=moderator)

    event = moderation.reopen(article, by=moderator, version=1)

    assert (article.state, article.published, article.reviewed_by) == (state, published, None)
    assert set(event.after) == {"reviewed_by", "reviewed_at"}


def test_reopen_keeps_that_a_withdrawn_article_was_public(moderator, why):
    article = make_article(published=True)
    moderation.withdraw(article, by=moderator, version=1, why=why)

    moderation.reopen(article, by=moderator, version=2)
    moderation.reject(article, by=moderator, version=3, why=why)

    assert article.state == "withdrawn"


def test_score_sets_both_and_moves_the_article_on_the_front_page(moderator):
    article = make_article(quality=3, heat=1)
    rank = article.rank

    event = moderation.score(article, by=moderator, version=1, quality=5, heat=4)

    assert (event.before, event.after) == ({"quality": 3, "heat": 1}, {"quality": 5, "heat": 4})
    assert article.rank == pytest.approx(rank + 2)


def test_score_logs_only_what_is_different(moderator):
    article = make_article(quality=3, heat=1)

    assert moderation.score(article, by=moderator, version=1, quality=3, heat=1) is None
    assert article.version == 1
    assert moderation.score(article, by=moderator, version=1, quality=3, heat=-1).after == {"heat": -1}


@pytest.mark.parametrize("scores", [{"quality": -1}, {"heat": -2}])
def test_a_score_below_its_range_is_refused(scores, moderator):
    article = make_article()
    before = facts(article)

    with pytest.raises(Impossible):
        moderation.score(article, by=moderator, version=1, **scores)

    assert facts(article) == before


# When readers may see it


def test_publish_of_a_scheduled_article_counts_as_public_from_its_start(moderator):
    start = timezone.now() + HOUR
    article = make_article(publish_at=start)

    moderation.publish(article, by=moderator, version=1)

    assert article.first_published_at == start
    assert not Article.objects.visible().exists()
    assert Article.objects.visible(start).exists()


def test_publish_of_an_article_that_is_over_is_refused(moderator):
    article = make_article(expires_at=timezone.now() - HOUR)

    with pytest.raises(Impossible) as refusal:
        moderation.publish(article, by=moderator, version=1)

    assert set(refusal.value.errors) == {"expires_at"}


def test_schedule_moves_a_start_that_has_not_come(editor):
    now = timezone.now()
    article = make_article(published=True, publish_at=now + HOUR)

    moderation.schedule(article, by=editor, version=1, publish_at=now + 2 * HOUR, expires_at=None)
    assert article.first_published_at == now + 2 * HOUR

    moderation.schedule(article, by=editor, version=2, publish_at=None, expires_at=None)
    assert now < article.first_published_at <= timezone.now()


def test_schedule_keeps_when_readers_first_saw_the_article(editor):
    first = timezone.now() - HOUR
    article = make_article(published=True, first_published_at=first)

    moderation.schedule(article, by=editor, version=1, publish_at=timezone.now() + HOUR, expires_at=None)

    assert article.first_published_at == first


def test_schedule_may_end_what_readers_see_now(editor):
    article = make_article(published=True)

    event = moderation.schedule(article, by=editor, version=1, publish_at=None, expires_at=timezone.now())

    assert set(event.after) == {"expires_at"}
    assert not Article.objects.visible().exists()


def test_schedule_that_ends_before_it_begins_is_refused(editor):
    now = timezone.now()
    article = make_article()

    with pytest.raises(Impossible):
        moderation.schedule(article, by=editor, version=1, publish_at=now + HOUR, expires_at=now)


def test_the_same_moment_in_another_time_zone_is_no_change(editor):
    article = make_article()
    same = article.published_at.astimezone(time_zone(timedelta(hours=2)))

    assert moderation.edit(article, by=editor, version=1, published_at=same) is None


# Text


def test_edit_logs_each_field_with_its_old_and_its_new_value(editor):
    apes, bees = make_topic("Apes"), make_topic("Bees")
    old, new = make_image(), make_image()
    provider = make_provider(domain="other.example")
    article = make_article(title="Old", topics=[apes, bees], images=[old])

    event = moderation.edit(
        article, by=editor, version=1, title="New", topics=[bees, apes], images=[new, old], provider=provider
    )

    assert event.before == {
        "title": "Old",
        "topics": ["apes", "bees"],
        "images": [old.url],
        "provider": "news.example",
    }
    assert event.after == {
        "title": "New",
        "topics": ["bees", "apes"],
        "images": [new.url, old.url],
        "provider": "other.example",
    }
    assert (article.ordered_topics, article.ordered_images) == ([bees, apes], [new, old])


def test_edit_without_a_difference_writes_nothing(editor):
    article = make_article(title="Same", topics=[make_topic()])
    before = facts(article)

    event = moderation.edit(article, by=editor, version=1, title="Same", topics=article.ordered_topics)

    assert event is None
    assert facts(article) == before


def test_a_new_date_moves_the_article_on_the_front_page(editor):
    article = make_article()
    rank = article.rank

    moderation.edit(article, by=editor, version=1, published_at=article.published_at + 24 * HOUR)

    assert article.rank == pytest.approx(rank + 1)


def test_a_changed_slug_leaves_a_redirect_and_may_be_taken_back(editor):
    article = make_article(slug="first")

    moderation.edit(article, by=editor, version=1, slug="second")
    moderation.edit(article, by=editor, version=2, slug="first")

    assert list(article.old_slugs.values_list("slug", flat=True)) == ["second"]


def test_the_old_slug_of_another_article_is_refused(editor):
    ArticleOldSlug.objects.create(article=make_article(), slug="taken")
    article = make_article()

    with pytest.raises(Impossible) as refusal:
        moderation.edit(article, by=editor, version=1, slug="taken")

    assert set(refusal.value.errors) == {"slug"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 501),
        ("title", "a\x0bb"),
        ("title", "a\x00b"),
        ("body", "a\u202eb"),
        ("slug", ""),
        ("slug", ".."),
        ("slug", "page"),
        ("slug", "a b"),
        ("type", "odd"),
        ("category", "odd"),
        ("web_url", "javascript:alert(1)"),
        ("web_url", "http://["),
        ("web_url", "https://news.example/" + "ü" * 1000),
        ("amp_url", "//news.example/"),
        ("published_at", None),
        ("provider", None),
    ],
)
def test_edit_refuses_what_cannot_be_and_names_the_field(field, value, editor):
    article = make_article()
    before = facts(article)

    with pytest.raises(Impossible) as refusal:
        moderation.edit(article, by=editor, version=1, **{field: value})

    assert set(refusal.value.errors) == {field}
    assert facts(article) == before


def test_edit_refuses_an_article_without_any_link(editor):
    article = make_article()

    with pytest.raises(Impossible) as refusal:
        moderation.edit(article, by=editor, version=1, web_url="")

    assert set(refusal.value.errors) == {"web_url"}


@pytest.mark.parametrize(("field", "make"), [("topics", make_topic), ("images", make_image)])
def test_edit_refuses_a_thing_that_is_there_twice(field, make, editor):
    article, thing = make_article(), make()

    with pytest.raises(Impossible) as refusal:
        moderation.edit(article, by=editor, version=1, **{field: [thing, thing]})

    assert set(refusal.value.errors) == {field}


def test_edit_changes_no_fact_of_a_decision(editor):
    with pytest.raises(TypeError):
        moderation.edit(make_article(), by=editor, version=1, published=True)


def test_a_fault_that_came_with_the_article_does_not_stop_a_decision(moderator):
    article = make_article(amp_url="ftp://old.example/")

    moderation.publish(article, by=moderator, version=1)

    assert article.state == "published"


def test_related_links_follow_the_url_of_an_article(editor):
    article = make_article(web_url="https://news.example/old")
    to_old = make_related(make_article(), url="https://news.example/old", target=article)
    to_new = make_related(make_article(), url="https://NEWS.example/new#part")

    moderation.edit(article, by=editor, version=1, web_url="https://news.example/new?utm_source=x")

    targets = {link.pk: link.target for link in RelatedLink.objects.all()}
    assert targets == {to_old.pk: None, to_new.pk: article}


# Related links


def items(article: Article) -> list[dict]:
    return [{"pk": link.pk} for link in article.related.all()]


def shown(article: Article) -> list[tuple]:
    return [(link.url, link.title, link.origin, link.hidden) for link in article.related.all()]


@pytest.fixture
def linked(db) -> Article:
    """An article with two related links from its document."""
    return make_article(
        related=[{"url": "https://a.example/", "title": "A"}, {"url": "https://b.example/", "title": "B"}]
    )


def test_curate_orders_adds_hides_and_retitles(linked, editor):
    a, b = items(linked)

    event = moderation.curate(
        linked,
        by=editor,
        version=1,
        related=[
            {"url": "https://c.example/", "title": "C"},
            {**b, "title": "Better"},
            {**a, "hidden": True},
        ],
    )

    assert shown(linked) == [
        ("https://c.example/", "C", "editor", False),
        ("https://b.example/", "Better", "imported", False),
        ("https://a.example/", "A", "imported", True),
    ]
    assert [link["title"] for link in event.before["related"]] == ["A", "B"]
    assert [link["title"] for link in event.after["related"]] == ["C", "Better", "A"]


def test_curate_hides_a_link_of_the_document_and_deletes_one_of_an_editor(linked, editor):
    make_related(linked, url="https://c.example/", title="C", origin="editor", position=2)
    a, _b, _c = items(linked)

    moderation.curate(linked, by=editor, version=1, related=[a])

    assert shown(linked) == [
        ("https://a.example/", "A", "imported", False),
        ("https://b.example/", "B", "imported", True),
    ]


def test_curate_without_a_difference_writes_nothing(linked, editor):
    before = facts(linked)

    event = moderation.curate(linked, by=editor, version=1, related=items(linked))

    assert event is None
    assert facts(linked) == before


def test_two_related_links_can_swap_their_urls(linked, editor):
    a, b = items(linked)

    moderation.curate(
        linked,
        by=editor,
        version=1,
        related=[{**a, "url": "https://b.example/"}, {**b, "url": "https://a.example/"}],
    )

    assert [row[:2] for row in shown(linked)] == [("https://b.example/", "A"), ("https://a.example/", "B")]


def test_a_related_link_to_an_article_of_ours_is_local(linked, editor):
    ours = make_article(web_url="https://news.example/ours")

    moderation.curate(
        linked,
        by=editor,
        version=1,
        related=[{"url": "https://news.example/ours?utm_source=feed"}, {"url": linked.web_url}],
    )

    assert [link.target for link in linked.related.filter(origin="editor")] == [ours, None]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": "javascript:alert(1)"}, "url"),
        ({"title": "No link"}, "url"),
        ({"url": "https://b.example/"}, "url"),
        ({"url": "https://c.example/", "quality": -1}, "__all__"),
        ({"url": "https://c.example/", "type": "odd"}, "type"),
        ({"url": "https://c.example/", "title": "x" * 501}, "title"),
        ({"url": "https://c.example/", "excerpt": "a\x00b"}, "excerpt"),
        ({"url": "https://c.example/", "amp_url": "data:text/html,x"}, "amp_url"),
    ],
)
def test_curate_refuses_a_link_that_cannot_be(wrong, field, linked, editor):
    before = facts(linked)

    with pytest.raises(Impossible) as refusal:
        moderation.curate(linked, by=editor, version=1, related=[*items(linked), wrong])

    assert set(refusal.value.errors) == {field}
    assert facts(linked) == before


def test_curate_refuses_a_link_of_another_article(linked, editor):
    foreign = make_related(make_article())

    with pytest.raises(Impossible):
        moderation.curate(linked, by=editor, version=1, related=[{"pk": foreign.pk}])


# Deleting


def test_delete_leaves_a_tombstone_and_the_log(editor):
    article = make_article(path="_news/1.md", secured="c2VjcmV0;AAAAAAAAAAAAAAAAAAAAAA==")
    moderation.publish(article, by=editor, version=1)
    pk = article.pk

    event = moderation.delete(article, by=editor, version=2)

    stone = Tombstone.objects.get()
    assert (stone.path, stone.title, stone.deleted_by) == ("_news/1.md", article.title, editor)
    assert not Article.objects.filter(pk=pk).exists()
    assert [e.verb for e in Event.objects.filter(article_id=pk)] == ["delete", "publish"]
    assert event.before["title"] == article.title
    assert "c2VjcmV0" not in str(event.before)


def test_articles_without_a_document_have_a_tombstone_each(editor):
    for _ in range(2):
        moderation.delete(make_article(path=None), by=editor, version=1)

    assert Tombstone.objects.filter(path=None).count() == 2


# Who may, and on which version

VERBS = {
    "publish": (lambda row, **seen: moderation.publish(row, **seen), "pending"),
    "reject": (lambda row, **seen: moderation.reject(row, why=reason(), **seen), "pending"),
    "withdraw": (lambda row, **seen: moderation.withdraw(row, why=reason(), **seen), "live"),
    "reopen": (lambda row, **seen: moderation.reopen(row, **seen), "published"),
    "score": (lambda row, **seen: moderation.score(row, quality=99, **seen), "pending"),
    "schedule": (
        lambda row, **seen: moderation.schedule(row, publish_at=None, expires_at=timezone.now() + HOUR, **seen),
        "pending",
    ),
    "edit": (lambda row, **seen: moderation.edit(row, title="Other", **seen), "pending"),
    "curate": (lambda row, **seen: moderation.curate(row, related=[{"url": "https://a.example/"}], **seen), "pending"),
    "note": (lambda row, **seen: moderation.note(row, notes="Ask the author.", **seen), "pending"),
    "flag": (lambda row, **seen: moderation.flag(row, why="Is this true?", **seen), "pending"),
    "assign": (lambda row, **seen: moderation.assign(row, to=seen["by"], **seen), "pending"),
    "duplicate": (lambda row, **seen: moderation.mark_duplicate(row, of=make_article(), **seen), "pending"),
    "pin": (lambda row, **seen: moderation.pin(row, pinned=True, **seen), "published"),
    "delete": (lambda row, **seen: moderation.delete(row, **seen), "pending"),
}
MODERATORS = {"publish", "reject", "withdraw", "reopen", "score", "note", "flag", "assign"}
MAY = {"Moderators": MODERATORS, "Editors": set(VERBS), "Importers": set(), "superuser": set(VERBS), "": set()}


def reason() -> Why:
    return Why(Reason.objects.first())


def article_in(state: str, by) -> Article:
    match state:
        case "live":
            return make_article(published=True)
        case "published":
            return make_article(published=True, reviewed_by=by)
    return make_article()


def test_every_verb_is_tried_here():
    assert set(VERBS) | {"import", "undo"} == set(Verb.values)


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


def test_an_event_tells_its_channel_and_batch(moderator):
    batch = uuid4()

    event = moderation.publish(make_article(), by=moderator, version=1, at=Context(Channel.BULK, batch))

    event.refresh_from_db()
    assert (event.channel, event.batch) == ("bulk", batch)


# All that a form says


def test_apply_carries_out_a_form_in_one_batch(editor):
    article = make_article(expires_at=timezone.now() - HOUR)

    events = moderation.apply(
        article,
        by=editor,
        version=1,
        at=Context(Channel.ADMIN),
        title="New",
        heat=9,
        expires_at=None,
        related=[{"url": "https://a.example/"}],
        published=True,
    )

    assert [(event.verb, event.version) for event in events] == [
        ("edit", 2),
        ("score", 3),
        ("schedule", 4),
        ("curate", 5),
        ("publish", 6),
    ]
    assert len({event.batch for event in events}) == 1
    assert (article.state, article.version, article.title, article.heat) == ("published", 6, "New", 9)


def test_apply_of_one_date_keeps_the_other(editor):
    start = timezone.now() + HOUR
    article = make_article(publish_at=start)

    moderation.apply(article, by=editor, version=1, at=Context(), expires_at=start + HOUR)

    assert (article.publish_at, article.expires_at) == (start, start + HOUR)


def test_apply_keeps_a_date_that_the_database_holds_though_a_form_has_touched_the_object(editor):
    start = timezone.now() + HOUR
    article = make_article(publish_at=start)
    article.publish_at = None

    moderation.apply(article, by=editor, version=1, at=Context(), expires_at=start + HOUR)

    assert (article.publish_at, article.expires_at) == (start, start + HOUR)


def test_apply_is_carried_out_whole_or_not_at_all(moderator):
    """A moderator may score, and may not edit; nothing of the form is written, in the database or in the object."""
    article = make_article(title="Old", heat=1, published=True)
    before = facts(article)

    with pytest.raises(Refused):
        moderation.apply(article, by=moderator, version=1, at=Context(), heat=5, published=False)

    assert facts(article) == before
    assert (article.version, article.heat) == (1, 1)


def test_apply_refuses_what_no_verb_changes(editor):
    with pytest.raises(TypeError):
        moderation.apply(make_article(), by=editor, version=1, at=Context(), secured="x")


# Beside colleagues


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


@pytest.mark.parametrize("verb", ["publish", "reject", "withdraw"])
def test_a_decision_settles_the_flag(verb, moderator):
    do, state = VERBS[verb]
    article = article_in(state, moderator)
    moderation.flag(article, by=moderator, version=1, why="Is this true?")
    assert article.queue == "flagged"

    event = do(article, by=moderator, version=2)

    assert (article.flag, article.queue) == ("", "")
    assert (event.before["flag"], event.after["flag"]) == ("Is this true?", "")


@pytest.mark.parametrize("verb", ["reject", "withdraw"])
def test_what_is_turned_down_stays_a_duplicate(verb, editor):
    do, state = VERBS[verb]
    article, original = article_in(state, editor), make_article()
    moderation.mark_duplicate(article, by=editor, version=1, of=original)
    assert article.queue == "duplicate"

    do(article, by=editor, version=2)

    assert (article.duplicate_of, article.queue) == (original, "")


# For colleagues


def test_a_note_is_written_and_taken_away(moderator):
    article = make_article()

    first = moderation.note(article, by=moderator, version=1, notes="Ask the author.")
    same = moderation.note(article, by=moderator, version=2, notes="Ask the author.")
    last = moderation.note(article, by=moderator, version=2, notes="")

    assert (first.before, first.after) == ({"notes": ""}, {"notes": "Ask the author."})
    assert same is None
    assert (last.after, article.version) == ({"notes": ""}, 3)


def test_a_flag_calls_an_article_back_that_was_decided_and_may_be_taken_back(moderator):
    article = make_article(published=True, reviewed_by=moderator)

    moderation.flag(article, by=moderator, version=1, why=" Is this true? ")
    assert (article.flag, article.queue, article.state) == ("Is this true?", "flagged", "published")

    moderation.flag(article, by=moderator, version=2, why="")
    assert (article.flag, article.queue) == ("", "")


@pytest.mark.parametrize(("verb", "field"), [("note", "notes"), ("flag", "why")])
def test_what_colleagues_write_can_be_read(verb, field, moderator):
    article = make_article()
    before = facts(article)

    with pytest.raises(Impossible):
        getattr(moderation, verb)(article, by=moderator, version=1, **{field: "a\x00b"})

    assert facts(article) == before


def test_a_flag_is_short(moderator):
    with pytest.raises(Impossible) as refusal:
        moderation.flag(make_article(), by=moderator, version=1, why="x" * 501)

    assert set(refusal.value.errors) == {"flag"}


def test_assign_asks_one_colleague_or_nobody(moderator, editor):
    article = make_article()

    event = moderation.assign(article, by=moderator, version=1, to=editor)
    assert (event.before, event.after) == ({"assigned_to": None}, {"assigned_to": "editors"})

    moderation.assign(article, by=editor, version=2, to=None)
    assert article.assigned_to is None


def test_nobody_is_asked_who_may_not_decide(moderator, importer):
    with pytest.raises(Impossible) as refusal:
        moderation.assign(make_article(), by=moderator, version=1, to=importer)

    assert set(refusal.value.errors) == {"to"}


def test_an_article_is_no_duplicate_of_itself_nor_of_its_duplicate(editor):
    article = make_article()
    duplicate = make_article(duplicate_of=article)

    for of in (article, duplicate):
        with pytest.raises(Impossible):
            moderation.mark_duplicate(article, by=editor, version=1, of=of)

    event = moderation.mark_duplicate(duplicate, by=editor, version=1, of=None)
    assert (event.before, event.after) == ({"duplicate_of": article.pk}, {"duplicate_of": None})


def test_only_what_is_published_is_pinned_and_once(editor):
    article = make_article(published=True)

    moderation.pin(article, by=editor, version=1, pinned=True)
    since = article.pinned_at

    assert moderation.pin(article, by=editor, version=2, pinned=True) is None
    assert article.pinned_at == since
    moderation.pin(article, by=editor, version=2, pinned=False)
    assert article.pinned_at is None
    with pytest.raises(Impossible):
        moderation.pin(make_article(), by=editor, version=1, pinned=True)


# The queue


def test_every_write_keeps_the_place_in_the_queue(moderator):
    article = make_article(heat=1)

    moderation.score(article, by=moderator, version=1, heat=31, quality=60)

    assert article.priority == pytest.approx(priority_of(article))


def test_an_edit_settles_the_conflict_of_its_field_and_says_so(editor):
    article = make_article(title="Old", conflicts=["title", "heat"])

    event = moderation.edit(article, by=editor, version=1, title="New")

    assert article.conflicts == ["heat"]
    assert event.before == {"title": "Old", "conflicts": ["title", "heat"]}


def test_a_decision_leaves_conflicts(moderator):
    article = make_article(conflicts=["title"])

    event = moderation.publish(article, by=moderator, version=1)

    assert (article.conflicts, article.queue) == (["title"], "conflict")
    assert "conflicts" not in event.after


def test_a_decision_is_few_queries(moderator, django_assert_num_queries):
    article = make_article()
    moderator.has_perm("articles.moderate_article")

    # Savepoint twice; the row, the update, the event, and the article as it is now.
    with django_assert_num_queries(6):
        moderation.publish(article, by=moderator, version=1)


# Two at once


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_wins_and_one_is_refused(make_user):
    """Two moderators hold the same page open: one publishes, the other rejects, at the same moment; 200 times."""
    people = [make_user("Moderators", username=name) for name in ("anne", "bert")]
    for _ in range(200):
        race(make_article(), people)


def race(article, people):
    verbs = [
        lambda row, by: moderation.publish(row, by=by, version=1),
        lambda row, by: moderation.reject(row, by=by, version=1, why=reason()),
    ]
    start, results = Barrier(2), []

    def decide(verb, by):
        row = Article.objects.get(pk=article.pk)
        start.wait(10)
        try:
            results.append(verb(row, by).verb)
        except Refused as refusal:
            results.append(type(refusal))
        finally:
            connection.close()

    threads = [Thread(target=decide, args=pair) for pair in zip(verbs, people, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    event = Event.objects.get(article=article)
    article.refresh_from_db()
    assert Stale in results
    assert event.verb in results
    assert (article.version, article.reviewed_by) == (2, event.by)
    assert article.state == {"publish": "published", "reject": "rejected"}[event.verb]
