from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from articles.models import (
    Article,
    ArticleImage,
    ArticleTopic,
    DocumentFeed,
    Event,
    Image,
    ImportFile,
    ImportRun,
    ImportUpload,
    KeptEvent,
    Likeness,
    LinkedPage,
    OriginalCheck,
    PushToken,
    QueueOrder,
    RelatedLink,
    Rule,
    RuleVersion,
    SavedView,
    ShadowRuling,
    Silence,
    Topic,
    TopicImage,
)
from providers.models import Provider, ProviderImage
from tests.factories import make_article, make_image, make_provider, make_related, make_topic

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def wrong_article(**fields):
    return lambda: Article.objects.filter(pk=make_article().pk).update(**fields)


def wrong_related(**fields):
    return lambda: RelatedLink.objects.filter(pk=make_related(make_article()).pk).update(**fields)


def wrong_page(**fields):
    return lambda: LinkedPage.objects.filter(pk=make_related(make_article()).page_id).update(**fields)


def wrong_topic(**fields):
    return lambda: Topic.objects.filter(pk=make_topic().pk).update(**fields)


def wrong_provider(**fields):
    return lambda: Provider.objects.filter(pk=make_provider().pk).update(**fields)


def wrong_event(**fields):
    def write():
        fields.setdefault("by", User.objects.create_user("anne"))
        Event.objects.create(**{"article": make_article(), "channel": "desk", "verb": "edit", "version": 2, **fields})

    return write


def twice(model, **makers):
    def write():
        row = {name: make() for name, make in makers.items()}
        model.objects.create(**row)
        model.objects.create(**row)

    return write


def own_parent():
    topic = make_topic()
    Topic.objects.filter(pk=topic.pk).update(parent=topic)


def related_page_twice():
    article = make_article()
    make_related(article, url="https://a.example/")
    make_related(article, url="https://a.example/")


def unknown_verdict():
    ImportFile.objects.create(run=ImportRun.objects.create(), path="a.md", verdict="odd")


def view_twice():
    anne = User.objects.create_user("anne")
    for query in ("heat=1", "heat=2"):
        SavedView.objects.create(user=anne, name="Hot", query=query)


def likeness_twice():
    one, other = make_article(), make_article()
    for score in (0.3, 0.4):
        Likeness.objects.create(one=one, other=other, score=score)


def own_merge():
    provider = make_provider()
    Provider.objects.filter(pk=provider.pk).update(merged_into=provider)


def _anne():
    return User.objects.create_user("anne")


def wrong_rule(**fields):
    return lambda: Rule.objects.create(**{"name": "a rule", "changed_by": _anne(), **fields})


def wrong_feed(**fields):
    return lambda: DocumentFeed.objects.create(
        **{"name": "a feed", "kind": "folder", "location": "/news", "by": _anne(), **fields}
    )


def a_feed():
    return DocumentFeed.objects.create(name="a feed", kind="push", by=User.objects.create_user("bert"))


def wrong_token(**fields):
    return lambda: PushToken.objects.create(
        **{"feed": a_feed(), "client": "c", "digest": "0", "created_by": _anne(), "expires_at": NOW, **fields}
    )


def wrong_kept_event(**fields):
    return lambda: KeptEvent.objects.create(
        **{"kind": "topic", "row": 1, "by": _anne(), "channel": "desk", "verb": "change", "version": 1, **fields}
    )


def rule_version_twice():
    anne = _anne()
    rule = Rule.objects.create(name="a rule", changed_by=anne)
    for _ in range(2):
        RuleVersion.objects.create(rule=rule, number=1, name="a rule", by=anne)


def shadow_ruling_twice():
    anne = _anne()
    rule = Rule.objects.create(name="a rule", changed_by=anne)
    version, article = RuleVersion.objects.create(rule=rule, number=1, name="a rule", by=anne), make_article()
    for _ in range(2):
        ShadowRuling.objects.create(rule=version, article=article)


def silent_twice(**of):
    row = {name: make() for name, make in of.items()}
    for _ in range(2):
        Silence.objects.create(since=NOW, **row)


REFUSED = {
    "rule_has_name": wrong_rule(name=""),
    "rule_mode_is_known": wrong_rule(mode="odd"),
    "rule_second_look_is_percent": wrong_rule(second_look=101),
    "rule_version_once": rule_version_twice,
    "shadow_ruling_once": shadow_ruling_twice,
    "article_second_look_at_a_rule": wrong_article(second_look=True),
    "feed_has_name": wrong_feed(name=""),
    "feed_has_location": wrong_feed(location=""),
    "feed_mode_is_known": wrong_feed(mode="odd"),
    "feed_minutes_from_1": wrong_feed(minutes=0),
    "silence_of_one": lambda: Silence.objects.create(since=NOW),
    "silence_of_feed_once": lambda: silent_twice(feed=a_feed),
    "silence_of_provider_once": lambda: silent_twice(provider=make_provider),
    "token_is_whole": wrong_token(client=""),
    "token_revocation_is_whole": wrong_token(revoked_at=NOW),
    "kept_event_kind_is_known": wrong_kept_event(kind="odd"),
    "kept_event_has_an_author": wrong_kept_event(by=None),
    "check_result_is_known": lambda: OriginalCheck.objects.create(article=make_article(), result="odd"),
    "provider_is_not_merged_into_itself": own_merge,
    "article_path_once": lambda: [make_article(path="a.md") for _ in range(2)],
    "article_slug_once": lambda: [make_article(slug="a") for _ in range(2)],
    "article_has_title": wrong_article(title=""),
    "article_has_slug": wrong_article(slug=""),
    "article_has_link": wrong_article(canonical_url=""),
    "article_category_is_known": wrong_article(category="odd"),
    "article_type_is_known": wrong_article(type="odd"),
    "article_quality_from_0": wrong_article(quality=-1),
    "article_heat_from_minus_1": wrong_article(heat=-2),
    "article_review_is_whole": wrong_article(reviewed_at=NOW),
    "article_claim_is_whole": wrong_article(claimed_until=NOW),
    "article_published_has_first_time": wrong_article(published=True),
    "article_clearing_is_known": lambda: make_article(cleared_as="odd", reviewed_by=User.objects.create_user("anne")),
    "article_cleared_by_decision": wrong_article(cleared_as="covered"),
    "likeness_once": likeness_twice,
    "likeness_of_two": lambda: Likeness.objects.create(one=(one := make_article()), other=one, score=1),
    "article_expires_after_start": wrong_article(publish_at=NOW, expires_at=NOW),
    "article_topic_once": twice(ArticleTopic, article=make_article, topic=make_topic),
    "article_image_once": twice(ArticleImage, article=make_article, image=make_image),
    "related_link_once": related_page_twice,
    "linked_page_leads_somewhere": wrong_page(url=""),
    "linked_page_type_is_known": wrong_page(type="odd"),
    "linked_page_quality_from_0": wrong_page(quality=-1),
    "related_link_origin_is_known": wrong_related(origin="odd"),
    "event_channel_is_known": wrong_event(channel="odd"),
    "event_verb_is_known": wrong_event(verb="odd"),
    "event_has_its_reason": wrong_event(verb="withdraw"),
    "event_has_an_author": wrong_event(by=None),
    "image_copy_is_whole": lambda: make_image(copy="0" * 32),
    "image_has_url": lambda: Image.objects.create(url=""),
    "run_end_is_whole": lambda: ImportRun.objects.create(status="done"),
    "import_file_verdict_is_known": unknown_verdict,
    "upload_undoes_a_run_or_none": lambda: ImportUpload.objects.create(
        by=User.objects.create_user("anne"), kind="undo"
    ),
    "saved_view_once": view_twice,
    "saved_view_has_name": lambda: SavedView.objects.create(user=User.objects.create_user("anne"), name=""),
    "queue_order_has_a_band": lambda: QueueOrder.objects.create(quality_from=60, quality_to=59),
    "topic_has_name": wrong_topic(name=""),
    "topic_has_slug": wrong_topic(slug=""),
    "topic_is_not_its_parent": own_parent,
    "topic_image_once": twice(TopicImage, topic=make_topic, image=make_image),
    "provider_has_domain": wrong_provider(domain=""),
    "provider_has_name": wrong_provider(name=""),
    "provider_domain_is_lower_case": wrong_provider(domain="News.example"),
    "provider_trust_is_known": wrong_provider(trust=2),
    "provider_image_once": twice(ProviderImage, provider=make_provider, image=make_image),
}
# SQLite names the columns of a unique constraint, not the constraint.
SQLITE_SAYS = {
    "article_path_once": "articles_article.path",
    "article_slug_once": "articles_article.slug",
    "rule_version_once": "articles_ruleversion.rule_id, articles_ruleversion.number",
    "shadow_ruling_once": "articles_shadowruling.rule_id, articles_shadowruling.article_id",
    "silence_of_feed_once": "articles_silence.feed_id",
    "silence_of_provider_once": "articles_silence.provider_id",
    "likeness_once": "articles_likeness.one_id, articles_likeness.other_id",
    "saved_view_once": "articles_savedview.user_id, articles_savedview.name",
    "article_topic_once": "articles_articletopic.article_id, articles_articletopic.topic_id",
    "article_image_once": "articles_articleimage.article_id, articles_articleimage.image_id",
    "related_link_once": "articles_relatedlink.article_id, articles_relatedlink.page_id",
    "topic_image_once": "articles_topicimage.topic_id, articles_topicimage.image_id",
    "provider_image_once": "providers_providerimage.provider_id, providers_providerimage.image_id",
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_database_refuses_what_the_constraint_names(name):
    write = REFUSED[name]

    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        write()

    said = SQLITE_SAYS.get(name, name) if connection.vendor == "sqlite" else name
    assert said in str(refusal.value)


def test_every_constraint_is_tried_above():
    models = [*apps.get_app_config("articles").get_models(), *apps.get_app_config("providers").get_models()]

    names = {constraint.name for model in models for constraint in model._meta.constraints}

    assert names == set(REFUSED)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reviewed_by": True, "reviewed_at": None},
        {"claimed_by": True, "claimed_until": None},
    ],
)
def test_half_a_fact_is_refused_from_either_side(wrong, moderator):
    article = make_article()
    fields = {name: moderator if value is True else value for name, value in wrong.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(**fields)


@pytest.mark.parametrize(
    ("published", "reviewed", "was_public", "state"),
    [
        (False, False, False, "pending"),
        (False, False, True, "pending"),
        (True, False, True, "live"),
        (True, True, True, "published"),
        (False, True, False, "rejected"),
        (False, True, True, "withdrawn"),
    ],
)
def test_the_state_follows_from_the_facts(published, reviewed, was_public, state, moderator):
    article = make_article(
        published=published,
        reviewed_by=moderator if reviewed else None,
        first_published_at=NOW if was_public else None,
    )

    assert Article.objects.get(pk=article.pk).state == state


@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize(
    ("starts", "ends"),
    [(s, e) for s, e in product([None, -1, 0, 1], repeat=2) if s is None or e is None or s < e],
)
def test_visible_is_published_and_started_and_not_over(published, starts, ends):
    start, end = (None if hours is None else NOW + timedelta(hours=hours) for hours in (starts, ends))
    make_article(published=published, publish_at=start, expires_at=end)

    visible = Article.objects.visible(NOW).exists()

    assert visible == (published and (starts is None or starts <= 0) and (ends is None or ends > 0))


def test_visible_reads_the_clock_when_it_is_called():
    make_article(published=True, publish_at=timezone.now() + timedelta(seconds=-1))
    make_article(published=True, publish_at=timezone.now() + timedelta(hours=1))

    assert Article.objects.visible().count() == 1


def test_pictures_and_topics_keep_their_order():
    topics, images = [make_topic("Zebra"), make_topic("Ape")], [make_image(), make_image()]

    article = make_article(topics=topics, images=images[::-1])

    assert article.ordered_topics == topics
    assert article.ordered_images == images[::-1]


def test_the_lead_picture_is_the_first_that_a_browser_can_get():
    on_the_collecting_site, picture = make_image(url="/assets/logo.png"), make_image()

    article = make_article(images=[on_the_collecting_site, picture])

    assert article.lead_image == picture
    assert make_article().lead_image is None


def test_the_url_of_a_video_is_its_original_url():
    video = make_article(web_url="", original_url="https://videos.example/1", type="video")

    assert video.url == "https://videos.example/1"
