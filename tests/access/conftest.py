import uuid
from io import BytesIO

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django_tasks_db.models import DBTaskResult
from PIL import Image as Picture

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.intake.tokens import make
from articles.models import (
    Article,
    ArticleOldSlug,
    DocumentFeed,
    ImportFile,
    ImportUpload,
    Reason,
    Rule,
    SavedView,
    Tombstone,
)
from articles.moderation import Context, Why
from articles.rules.keep import change_rule, create_rule
from articles.stories.forming import form
from articles.vocabulary import writer
from articles.vocabulary.writer import change
from tests.access.visitors import ROLES, Visitors
from tests.factories import make_article, make_image, make_provider, make_story, make_topic
from tests.importing.documents_by_hand import document, write
from tests.stories.some import story as reports_of_story

GROUPS = {"importer": "Importers", "moderator": "Moderators", "editor": "Editors", "inactive": "Editors"}


@pytest.fixture
def site(make_user, settings, tmp_path) -> dict[str, object]:
    """Rows of every kind, by the words that ROUTES uses."""
    settings.MEDIA_ROOT, settings.IMPORT_UPLOADS = tmp_path / "media", tmp_path / "uploads"
    settings.CONTACT = "mailto:desk@news.example"
    boss, reason = make_user("superuser", username="boss"), Reason.objects.first()
    pixel = BytesIO()
    Picture.new("RGB", (1, 1)).save(pixel, "PNG")
    image, hidden_image = (make_image(file=ContentFile(pixel.getvalue(), name)) for name in ("seen.png", "hidden.png"))
    topic, hidden_topic = make_topic(), make_topic()
    article = make_article(topics=[hidden_topic], images=[hidden_image], provider=make_provider())
    retitled = moderation.edit(article, by=boss, version=1, title="A new title")
    moderation.score(article, by=boss, version=2, heat=3)
    visible = make_article(published=True, topics=[topic], images=[image])
    ArticleOldSlug.objects.create(slug="as-it-was-called", article=visible)
    live, withdrawn, decided = make_article(published=True), make_article(published=True), make_article()
    moderation.withdraw(withdrawn, by=boss, version=1, why=Why(reason))
    moderation.score(live, by=boss, version=1, heat=3)
    for of_version_2 in (live, withdrawn):
        moderation.score(of_version_2, by=boss, version=2, heat=4)
    grouped, _ = reports_of_story(0, 2)
    form()
    moderation.score(grouped, by=boss, version=1, heat=3)
    moderation.score(grouped, by=boss, version=2, heat=4)
    make_topic("Named", keywords=["new title"])
    rule = create_rule(Rule(name="Good", conditions={"quality_min": 70}, action={"do": "publish"}), by=boss)
    rule_change = change_rule(rule, {"name": "Better"}, by=boss, version=1)
    ruled = moderation.publish(
        make_article(), by=boss, version=1, at=Context(batch=uuid.uuid4(), rule=rule.versions.first())
    )
    undoable = moderation.publish(decided, by=boss, version=1, at=Context(batch=uuid.uuid4()))
    run = import_documents([write(tmp_path / "run", {"a.md": document()})], by=boss).run
    imported = Article.objects.get(path="a.md")
    moderation.edit(imported, by=boss, version=1, title="Ours")
    moderation.score(imported, by=boss, version=2, heat=3)
    elsewhere = {"webUrl": "https://news.example/disputed"}
    import_documents([write(tmp_path / "disputed", {"d.md": document(**elsewhere)})])
    disputed = Article.objects.get(path="d.md")
    moderation.edit(disputed, by=boss, version=1, title="Ours")
    import_documents([write(tmp_path / "disputed", {"d.md": document(title="Theirs", **elsewhere)})])
    decided_on = {"reviewed_by": boss, "first_published_at": visible.first_published_at}
    reports = [
        make_article(published=True, slug="told", quality=9, provider=make_provider()),
        make_article(published=True, slug="told-too", provider=make_provider()),
        make_article(slug="covered-once", cleared_as="covered", provider=make_provider(), **decided_on),
        make_article(provider=make_provider()),
    ]
    make_story(*reports)
    ArticleOldSlug.objects.create(slug="as-it-was-told", article=reports[0])
    make_article(slug="told-twice", cleared_as="duplicate", duplicate_of=reports[0], **decided_on)
    provider, renamed = make_provider(version=3), make_provider()
    kept = change(renamed, {"name": "As it is called now"}, by=boss, version=1)
    people = {role: make_user(group, username=role) for role, group in GROUPS.items()} | {
        "superuser": make_user("superuser")
    }
    uploads = {
        role: ImportUpload.objects.create(by=people.get(role, boss), status="ready", title="a.md").pk for role in ROLES
    }
    push_feed = DocumentFeed.objects.create(name="pushed", kind="push", by=boss)
    token, _ = make(push_feed, client="a client", scopes=["documents"], days=1, by=boss)
    feed, feed_too = (
        DocumentFeed(name=name, kind="folder", location=f"/nowhere/{name}", by=boss) for name in ("Mill", "Dam")
    )
    feed.save()
    views = {role: SavedView.objects.create(user=people.get(role, boss), name=role).pk for role in ROLES}
    return {
        "article": article.pk,
        "version": 3,
        "retitled": retitled.pk,
        "slug": article.slug,
        "hidden_topic": hidden_topic.slug,
        "hidden_domain": article.provider.domain,
        "hidden_picture": hidden_image.file.name,
        "visible": visible.pk,
        "visible_slug": visible.slug,
        "story_slug": "told",
        "topic_slug": topic.slug,
        "domain": visible.provider.domain,
        "picture": image.file.name,
        "live": live.pk,
        "grouped": grouped.pk,
        "imported": imported.pk,
        "disputed": disputed.pk,
        "withdrawn": withdrawn.pk,
        "withdrawn_slug": withdrawn.slug,
        "undoable": undoable.pk,
        "batch": undoable.batch,
        "rule": rule.pk,
        "rule_change": rule_change.pk,
        "rule_batch": ruled.batch,
        "reason": reason.slug,
        "run": run,
        "uploads": uploads,
        "feed": feed.pk,
        "feed_event": writer.create(feed_too, by=boss).pk,
        "views": views,
        "push_feed": push_feed.pk,
        "token": token.pk,
        "people": people,
        "article_type": ContentType.objects.get_for_model(Article).pk,
        "articles_article": article.pk,
        "articles_event": undoable.pk,
        "articles_image": image.pk,
        "articles_importfile": ImportFile.objects.create(run_id=run, path="b.md", verdict="created").pk,
        "articles_importrun": run,
        "articles_reason": reason.pk,
        "articles_tombstone": Tombstone.objects.create(
            canonical_url="https://x.example/", title="x", deleted_by=boss
        ).pk,
        "articles_topic": topic.pk,
        "provider": provider.pk,
        "other_domain": renamed.domain,
        "kept": kept.pk if kept else 0,
        "providers_provider": visible.provider.pk,
        "auth_group": Group.objects.first().pk,
        "auth_user": boss.pk,
        "axes_accessattempt": AccessAttempt.objects.create(username="x", failures_since_start=1).pk,
        "django_tasks_database_dbtaskresult": DBTaskResult.objects.create(
            task_path="articles.tasks.preview_upload", backend_name="default", args_kwargs={"args": [], "kwargs": {}}
        ).pk,
    }


@pytest.fixture
def visitors(site):
    visitors = Visitors(site)
    yield visitors
    assert visitors.unsafe == {}
