"""What `make run` shows at its first start: a week of a newspaper, lived through by its own import and verbs."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from articles.documents.stored import document_in
from articles.management.commands.check_log import gaps_of
from articles.management.commands.demo import STARTS_AT
from articles.models import Article, DocumentFeed, Event, Image, ImportRun, Rule, ShadowRuling, State
from newsroom import run
from newsroom.demo import week

pytestmark = pytest.mark.django_db


def passwords() -> dict[str, str]:
    out = StringIO()
    call_command("demo", stdout=out)
    return dict(line.split() for line in out.getvalue().splitlines()[1:])


@pytest.fixture
def newspaper(tmp_path, settings, monkeypatch):
    """The first start; returns the passwords."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    monkeypatch.setattr(run, "VAR_DIR", tmp_path)
    monkeypatch.delenv("DEMO", raising=False)
    found = passwords()
    run.add_articles()
    return found


def rows():
    return [list(model.objects.order_by("pk").values()) for model in (Article, Event, ImportRun, Image)]


def test_the_first_start_shows_a_newspaper_and_the_second_changes_nothing(newspaper, seeds, client):
    articles = Article.objects
    held = Image.objects.filter(url__contains=".example/")
    front = client.get("/").content.decode()

    assert front.count("/media/copies/") >= 4
    assert not held.filter(copy=None).exists()
    assert len(set(held.values_list("copy", flat=True))) >= 12
    assert set(articles.values_list("state", flat=True)) == set(State.values)
    assert {"flagged", "removed", "changed", "conflict", "duplicate"} <= set(articles.values_list("queue", flat=True))
    assert articles.filter(published=True, publish_at__gt=timezone.now()).exists()
    assert articles.visible().filter(expires_at__gt=timezone.now()).exists()
    for file in seeds.iterdir():
        assert document_in(articles.get(path=file.name).source) == file.read_bytes()

    before = rows()
    run.add_articles()
    assert rows() == before


def test_the_week_is_lived_through_where_no_document_publishes(settings, request):
    settings.PUBLISH_IMPORTED = False

    request.getfixturevalue("newspaper")

    assert {*State.values} - {*Article.objects.values_list("state", flat=True)} == {"live"}
    assert gaps_of(Article.objects.values_list("pk", flat=True)) == {}


def test_the_log_of_the_week_is_in_the_order_of_time(newspaper):
    times = list(Event.objects.order_by("pk").values_list("at", flat=True))

    assert times == sorted(times)
    assert len({at.date() for at in times}) >= 7
    assert times[-1] <= timezone.now()
    assert gaps_of(Article.objects.values_list("pk", flat=True)) == {}


def test_every_account_of_the_terminal_can_work_where_it_is_sent(newspaper, client):
    said = run.pages("http://localhost")
    article = Article.objects.filter(queue="pending").first()

    assert said.index("/desk/") < said.index("the front page")
    for name, page in STARTS_AT.items():
        path = reverse(page)
        assert f"{name:<16} http://localhost{path}" in said
        client.logout()
        assert client.login(username=name, password=newspaper[name])
        assert client.get(path).status_code == 200
        work(client, name, article)


def work(client, name, article):
    article.refresh_from_db()
    if name == "demo-importer":
        file = SimpleUploadedFile("one.txt", b"---\ntitle: One\nwebUrl: https://one.example/\n---\n")
        answer = client.post("/desk/imports/upload/", {"files": file})
        assert answer.status_code == 302, answer.content
    elif name == "demo-superuser":
        client.post("/admin/auth/group/add/", {"name": "Guests"})
        assert Group.objects.filter(name="Guests").exists()
    else:
        client.post(f"/desk/articles/{article.pk}/score/", {"version": article.version, "heat": article.heat + 1})
        assert Event.objects.filter(article=article, verb="score", by__username=name).exists()


def test_a_start_that_is_interrupted_leaves_nothing_behind(tmp_path, monkeypatch):
    passwords()

    def interrupt(stories):
        raise KeyboardInterrupt

    monkeypatch.setattr(week.pictures, "hold", interrupt)
    with pytest.raises(KeyboardInterrupt):
        week.live_through(run.BASE_DIR / "seeds", tmp_path, timezone.now())

    assert not Article.objects.exists()
    assert not ImportRun.objects.exists()


def test_in_a_database_with_people_of_its_own_there_are_the_seeds_only(make_user):
    make_user("Editors")

    run.add_articles()

    assert Article.objects.count() == 5
    assert not User.objects.filter(username__startswith="demo-").exists()


def test_demo_0_is_the_bare_site(monkeypatch):
    passwords()
    monkeypatch.setenv("DEMO", "0")

    run.add_articles()

    assert Article.objects.count() == 5


def test_a_rule_in_the_shadow_and_a_feed_are_there_to_look_at(newspaper):
    rule, feed = Rule.objects.get(), DocumentFeed.objects.get()

    assert (rule.mode, feed.kind) == ("shadow", "push")
    assert ShadowRuling.objects.filter(rule__rule=rule).count() > 10
    assert not Event.objects.exclude(rule=None).exists()
