"""Who gets what: every route × every role × GET and POST, with and without the token of a form and a version.

tests/access_matrix.tsv says what each role gets. A new route wants one line in ROUTES: the row that it falls under, and
what to send there.
"""

import csv
import uuid
from collections import defaultdict
from http.cookies import SimpleCookie
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django_tasks_db.models import DBTaskResult
from PIL import Image as Picture

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, ArticleOldSlug, ImportFile, ImportUpload, Reason, SavedView, Tombstone
from articles.moderation import Context, Why
from tests.factories import make_article, make_image, make_provider, make_topic
from tests.importing.documents_by_hand import document, write
from tests.safe_answers import what_is_wrong_with

pytestmark = pytest.mark.django_db

ROLES = ("anonymous", "importer", "moderator", "editor", "superuser", "inactive")
GROUPS = {"importer": "Importers", "moderator": "Moderators", "editor": "Editors", "inactive": "Editors"}
with (Path(__file__).parent / "access_matrix.tsv").open() as lines:
    next(lines)
    MATRIX = {row["id"]: row for row in csv.DictReader(lines, delimiter="\t")}


class Read(NamedTuple):
    """A page that is only read. Words of `args` and `data` in braces are looked up in the site of this test."""

    row: str
    args: tuple = ()
    query: str = ""


class Form(NamedTuple):
    """A page with a form: GET shows it, POST takes it; what is wrong with the form's content is no refusal."""

    row: str
    args: tuple = ()
    data: dict = {}
    query: str = ""
    posts: str = ""  # the row of POST, where others read than write


class Change(NamedTuple):
    """What answers to POST only. `version`: the name under which the form says the version that was seen."""

    row: str
    args: tuple = ()
    data: dict = {}
    version: str = ""
    stale: str = "1"
    gone: bool = False  # nothing is there for whoever may: 404


PK, NEVER = ("{article}",), "99"  # a version that never was: on an older one others' changes and one's own would merge
WHY = {"reason": "{reason}"}


def decision(data=None, article="{article}"):
    return Change("decide", (article,), data or {}, "version")


def editing(data, stale=NEVER, article="{article}"):
    return Change("edit", (article,), data, "version", stale)


ROUTES = {
    # Public
    "front": Read("public"),
    "latest": Read("public"),
    "search": Read("public"),
    "corrections": Read("public"),
    "about": Read("public"),
    "archive": Read("public"),
    "archive_month": Read("public", ("2020", "06")),
    "archive_day": Read("public", ("2020", "06", "11")),
    "article": Read("article", ("{visible_slug}",)),
    "topics": Read("public"),
    "topic": Read("public", ("{topic_slug}",)),
    "providers": Read("public"),
    "provider": Read("public", ("{domain}",)),
    "picture": Read("picture", ("{picture}",)),
    "health": Read("health"),
    # Machines
    "news_json": Read("feed"),
    "topic_json": Read("feed", ("{topic_slug}",)),
    "front_feed": Read("feed", ("rss",)),
    "latest_feed": Read("feed", ("atom",)),
    "topic_feed": Read("feed", ("{topic_slug}", "json")),
    "provider_feed": Read("feed", ("{domain}", "rss")),
    "search_feed": Read("feed", ("rss",), "?q=article"),
    "sitemap": Read("feed"),
    "sitemap_pages": Read("feed"),
    "sitemap_news": Read("feed"),
    "sitemap_articles": Read("feed", ("0",)),
    "robots": Read("feed"),
    "security": Read("feed"),
    "manifest": Read("feed"),
    "favicon": Read("favicon"),
    # Coming and going
    "desk_login": Form("login"),
    "desk_logout": Change("logout"),
    "desk_password": Form("own account"),
    "admin/logout/": Change("logout"),
    "admin:logout": Change("logout"),
    "admin:login": Form("login"),
    "admin:password_change": Form("own account"),
    "admin:password_change_done": Read("own account"),
    # The desk
    "desk": Read("dashboard"),
    "desk_queue": Read("queue"),
    "desk_queue_next": Change("claim"),
    "desk_article": Read("queue", PK),
    "desk_article_preview": Read("queue", PK),
    "desk_article_history": Read("queue", PK),
    "desk_article_search": Read("queue", (), "?q=article"),
    "desk_topic_search": Read("finders", (), "?q=topic"),
    "desk_provider_search": Read("finders", (), "?q=news"),
    "desk_publish": decision(),
    "desk_reject": decision(WHY),
    "desk_withdraw": decision(WHY, "{live}"),
    "desk_reopen": decision(article="{withdrawn}"),
    "desk_score": decision({"heat": 7}),
    "desk_note": decision({"notes": "Ask them"}),
    "desk_flag": decision({"why": "Look again"}),
    "desk_assign": decision({"to": "moderator"}),
    "desk_claim": Change("claim", PK),
    "desk_release": Change("claim", PK),
    "desk_article_edit": editing({"title": "Another title"}, "1"),
    "desk_article_related": editing({}),
    "desk_article_images": editing({}),
    "desk_article_schedule": editing({"publish_at": "2030-01-01T12:00:00"}),
    "desk_article_duplicate": editing({"of": "{live}"}),
    "desk_article_pin": editing({"pinned": "1"}, article="{live}"),
    "desk_article_settle": editing({"field": "title"}, "1", "{imported}"),
    "desk_article_restore": editing({"field": "title", "event": "{retitled}"}),
    "desk_article_delete": Change("delete", PK, {"sure": "1"}, "version"),
    "desk_views": Change("saved views", (), {"name": "Mine", "query": ""}),
    "desk_view_delete": Change("saved views", ("{view}",)),
    "desk_preferences": Form("own account", (), {"keys": "on"}),
    "desk_bulk": Change("bulk", (), {"action": "publish", "selected": "{article}:{version}"}),
    "desk_bulk_selection": Read("queue", (), "?action=publish&selected=1:1"),
    "desk_bulk_confirm": Change("bulk", (), {"action": "publish", "picks": "{article}:{version}"}),
    "desk_batch": Read("queue", ("{batch}",)),
    "desk_event_undo": Change("bulk", ("{undoable}",)),
    "desk_batch_undo": Change("bulk", ("{batch}",)),
    "desk_log": Read("log"),
    "desk_log_csv": Read("log"),
    "desk_log_json": Read("log"),
    # Imports
    "desk_imports": Read("import"),
    "desk_upload_new": Change("import"),
    "desk_upload": Read("import", ("{upload}",)),
    "desk_upload_progress": Read("import", ("{upload}",)),
    "desk_upload_choose": Change("import", ("{upload}",)),
    "desk_upload_confirm": Change("import", ("{upload}",)),
    "desk_upload_cancel": Change("import", ("{upload}",)),
    "desk_upload_restart": Change("import", ("{upload}",)),
    "desk_runs": Read("reports"),
    "desk_run": Read("reports", ("{run}",)),
    "desk_run_csv": Read("reports", ("{run}",)),
    "desk_run_json": Read("reports", ("{run}",)),
    "desk_run_undo": Change("undo run", ("{run}",)),
    # The admin
    "admin:index": Form("admin"),
    "admin:app_list": Form("own applications", ("articles",)),
    "admin:jsi18n": Form("admin"),
    "admin:autocomplete": Read("admin vocabulary", (), "?app_label=articles&model_name=article&field_name=provider"),
    "admin:view_on_site": Form("old address", ("{article_type}", "{visible}")),
    "admin/(?P<url>.*)$": Form("nowhere", ("admin/nowhere/",)),
    "admin:articles_article_history": Form("admin history", ("{article}",)),
    "admin:articles_article_cells": Change(
        "admin decide",
        (),
        {"row-{article}-do": "on", "row-{article}-quality": "7", "row-{article}-heat": "3"}
        | {"row-{article}-seen_quality": "0", "row-{article}-seen_heat": "3"},
        "row-{article}-version",
    ),
    "admin:articles_article_import": Form("admin import"),
    "admin:articles_article_export": Form("admin export"),
    "admin:articles_article_process_import": Change("admin import", gone=True),
    "admin:articles_topic_import": Form("admin import"),
    "admin:articles_topic_export": Form("admin export"),
    "admin:articles_topic_process_import": Change("admin import", gone=True),
    "admin:providers_provider_import": Form("admin import"),
    "admin:providers_provider_export": Form("admin export"),
    "admin:providers_provider_process_import": Change("admin import", gone=True),
    "admin:auth_user_password_change": Form("people", ("{auth_user}",)),
}
# Of each model in the admin: who reads (list, one, history), who changes, who adds, who deletes.
MODELS = {
    "articles_article": ("admin articles", "admin decide", "nobody", "delete"),
    "articles_event": ("admin log", "nobody", "nobody", "nobody"),
    "articles_image": ("admin vocabulary", "vocabulary", "vocabulary", "vocabulary"),
    "articles_importfile": ("admin reports", "nobody", "nobody", "nobody"),
    "articles_importrun": ("admin reports", "nobody", "nobody", "nobody"),
    "articles_reason": ("admin vocabulary", "vocabulary", "vocabulary", "superuser"),
    "articles_tombstone": ("tombstones", "nobody", "nobody", "tombstones"),
    "articles_topic": ("admin vocabulary", "vocabulary", "vocabulary", "vocabulary"),
    "providers_provider": ("admin vocabulary", "vocabulary", "vocabulary", "vocabulary"),
    "auth_group": ("people", "people", "people", "people"),
    "auth_user": ("people", "people", "people", "people"),
    "axes_accessattempt": ("people", "people", "nobody", "people"),
    "django_tasks_database_dbtaskresult": ("superuser", "nobody", "nobody", "nobody"),
}


def of_model(model: str) -> dict[str, Form]:
    reads, changes, adds, deletes = MODELS[model]
    app, _, name = model.rpartition("_")
    one = ("{" + model + "}",)
    return {
        f"admin:{model}_changelist": Form(reads),
        f"admin:{model}_add": Form(adds),
        f"admin:{model}_change": Form(reads, one, posts=changes),
        f"admin:{model}_history": Form(reads, one),
        f"admin:{model}_delete": Form(deletes, one, {"post": "yes"}),
        f"admin/{app}/{name}/<path:object_id>/": Form("old address", (f"admin/{app}/{name}/1/",)),
    }


LINES = {name: line for model in MODELS for name, line in of_model(model).items()} | ROUTES


def routes(resolver, path: str = "", space: str = "") -> list[str]:
    """The name of every route; of one without a name, or whose name leads elsewhere, its pattern."""
    names = []
    for route in resolver.url_patterns:
        here = path + str(route.pattern)
        if isinstance(route, URLResolver):
            names += routes(route, here, f"{route.namespace}:" if route.namespace else space)
        else:
            names.append(f"{space}{route.name}" if route.name else here)
    return names


# The site


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
    undoable = moderation.publish(decided, by=boss, version=1, at=Context(batch=uuid.uuid4()))
    run = import_documents([write(tmp_path / "run", {"a.md": document()})], by=boss).run
    imported = Article.objects.get(path="a.md")
    moderation.edit(imported, by=boss, version=1, title="Ours")
    moderation.score(imported, by=boss, version=2, heat=3)
    people = {role: make_user(group, username=role) for role, group in GROUPS.items()} | {
        "superuser": make_user("superuser")
    }
    uploads = {
        role: ImportUpload.objects.create(by=people.get(role, boss), status="ready", title="a.md").pk for role in ROLES
    }
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
        "topic_slug": topic.slug,
        "domain": visible.provider.domain,
        "picture": image.file.name,
        "live": live.pk,
        "imported": imported.pk,
        "withdrawn": withdrawn.pk,
        "withdrawn_slug": withdrawn.slug,
        "undoable": undoable.pk,
        "batch": undoable.batch,
        "reason": reason.slug,
        "run": run,
        "uploads": uploads,
        "views": views,
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
        "providers_provider": visible.provider.pk,
        "auth_group": Group.objects.first().pk,
        "auth_user": boss.pk,
        "axes_accessattempt": AccessAttempt.objects.create(username="x", failures_since_start=1).pk,
        "django_tasks_database_dbtaskresult": DBTaskResult.objects.create(
            task_path="articles.tasks.preview_upload", backend_name="default", args_kwargs={"args": [], "kwargs": {}}
        ).pk,
    }


class Visitors:
    """One client per role, whose requests leave nothing behind: not in the database, not in their cookies.

    What an answer lacks of the headers that make it safe is noted: whatever a sweep is about, it asks for this too.
    """

    def __init__(self, site):
        self.site, self.unsafe = site, {}
        self.cookies = {role: self._logged_in(role) for role in ROLES}
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)

    def _logged_in(self, role) -> dict[str, str]:
        client, user = Client(), self.site["people"].get(role)
        if user:
            client.force_login(user)
        if role == "inactive":
            user.is_active = False
            user.save()
        return {name: morsel.value for name, morsel in client.cookies.items()} | {"csrftoken": TOKEN}

    def ask(self, role, method, address, data=None, **headers):
        self.client.cookies = SimpleCookie(self.cookies[role])
        with transaction.atomic():
            answer = getattr(self.client, method.lower())(address, data, **headers)
            answer.body = answer.getvalue()
            if file := getattr(answer, "file_to_stream", None):
                file.close()
            transaction.set_rollback(True)
        if problems := what_is_wrong_with(answer):
            self.unsafe[role, method, address, answer.status_code] = problems
        return answer

    def word(self, text: str, role: str):
        """What stands for a word in braces; a role has uploads and views of its own."""
        return text.format(**self.site, upload=self.site["uploads"][role], view=self.site["views"][role])

    def address(self, name: str, role: str) -> str:
        line = LINES[name]
        args = [self.word(arg, role) for arg in line.args]
        query = getattr(line, "query", "")
        if "/" in name:
            return "/" + (args[0] if args else name)
        return reverse(name, args=args) + query

    def data(self, name: str, role: str, **more) -> dict:
        given = {self.word(key, role): self.word(str(value), role) for key, value in LINES[name].data.items()}
        return given | {self.word(key, role): value for key, value in more.items()} | {"csrfmiddlewaretoken": TOKEN}


@pytest.fixture
def visitors(site):
    visitors = Visitors(site)
    yield visitors
    assert visitors.unsafe == {}


TOKEN = "t" * 32
TAKEN = {"200", "302", "400", "405", "409", "422"}
REFUSED = {"login", "403", "404"}


def said(answer) -> str:
    """A status, or `login`."""
    if answer.status_code == 302 and answer.url.startswith(("/desk/login/", "/admin/login/")):
        return "login"
    return str(answer.status_code)


def expected_of(row: str, role: str) -> str:
    return MATRIX[row][role]


def agrees(expected: str, got: str) -> bool:
    return got == expected or (expected == "ok" and got in ("200", "302"))


def kept(answer, address: str) -> bool:
    """Whether somebody may keep an answer that is for staff."""
    control = answer.get("Cache-Control", "")
    return address.startswith(("/desk", "/admin")) and not ("private" in control and "no-store" in control)


def refuses(expected: str) -> bool:
    return expected in REFUSED


# The sweep


def test_every_route_falls_under_a_row_of_the_matrix():
    there = set(routes(get_resolver()))

    assert sorted(there - set(LINES)) == [], "routes without a line in ROUTES"
    assert sorted(set(LINES) - there) == [], "lines in ROUTES without a route"
    assert {line.row for line in LINES.values()} <= set(MATRIX)


def test_get_answers_as_the_matrix_says(visitors):
    wrong, bodies, cookies = [], defaultdict(set), []
    for name, line in LINES.items():
        for role in ROLES:
            address = visitors.address(name, role)
            answer = visitors.ask(role, "GET", address)
            expected = expected_of("by GET" if isinstance(line, Change) else line.row, role)
            if not agrees(expected, said(answer)) or kept(answer, address):
                wrong.append((name, role, expected, said(answer), answer.get("Cache-Control")))
            if line.row in ("public", "article", "feed", "picture"):
                bodies[name].add(answer.body)
                cookies += answer.cookies

    assert not wrong, "\n".join(map(str, wrong))
    assert [name for name, of_page in bodies.items() if len(of_page) > 1] == [], "public, but not the same for everyone"
    assert cookies == []


def test_post_answers_as_the_matrix_says(visitors):
    wrong = []
    for name, line in LINES.items():
        for role in ROLES:
            address = visitors.address(name, role)
            expected = expected_of(getattr(line, "posts", "") or line.row, role)
            seen = {line.version: visitors.site["version"]} if getattr(line, "version", "") else {}
            data = visitors.data(name, role, **seen) if not isinstance(line, Read) else {"csrfmiddlewaretoken": TOKEN}
            answer = visitors.ask(role, "POST", address, data)
            if isinstance(line, Read):
                right = said(answer) in {"405", expected if refuses(expected) else "405"}
            elif isinstance(line, Form):
                right = said(answer) == expected if refuses(expected) else said(answer) in TAKEN
            elif line.gone and not refuses(expected):
                right = said(answer) == "404"
            else:
                right = agrees(expected, said(answer))
            if not right or kept(answer, address):
                wrong.append((name, role, expected, said(answer), answer.get("Cache-Control")))

    assert not wrong, "\n".join(map(str, wrong))


def test_a_post_without_the_token_of_a_form_is_refused(visitors):
    wrong = []
    for name, line in LINES.items():
        for role in () if isinstance(line, Read) else ROLES:
            address = visitors.address(name, role)
            answer = visitors.ask(role, "POST", address, {})
            if said(answer) != expected_of("without token", role) or kept(answer, address):
                wrong.append((name, role, said(answer)))

    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("row", ["decide without version", "decide on a stale version"])
def test_a_decision_says_which_version_the_person_saw(visitors, row):
    """Whoever may decide is told what is wrong; whoever may not learns nothing of versions."""
    wrong = []
    for name, line in LINES.items():
        for role in ROLES if getattr(line, "version", "") else ():
            seen = {line.version: line.stale} if "stale" in row else {}
            answer = visitors.ask(role, "POST", visitors.address(name, role), visitors.data(name, role, **seen))
            may = not refuses(expected_of(line.row, role))
            expected = expected_of(row, "superuser" if may else role) if may else expected_of(line.row, role)
            if said(answer) != expected:
                wrong.append((name, role, expected, said(answer)))

    assert not wrong, "\n".join(map(str, wrong))


def test_under_a_host_that_is_not_ours_there_is_nothing(visitors):
    answers = {
        name: said(visitors.ask("anonymous", "GET", visitors.address(name, "anonymous"), HTTP_HOST="evil.example"))
        for name in LINES
    }

    assert {name: answer for name, answer in answers.items() if answer != MATRIX["unknown host"]["anonymous"]} == {}


# Rows about what is in a page's address, not about the page


def test_addresses_of_readers_answer_as_the_matrix_says(visitors):
    site = visitors.site
    addresses = {
        "old slug": ["/articles/as-it-was-called/"],
        "withdrawn": [f"/articles/{site['withdrawn_slug']}/"],
        "hidden": [f"/articles/{site['slug']}/", "/articles/nobody-wrote-this/"],
        "hidden vocabulary": [
            f"/topics/{site['hidden_topic']}/",
            f"/providers/{site['hidden_domain']}/",
            f"/topics/{site['hidden_topic']}/feed.rss",
            f"/providers/{site['hidden_domain']}/feed.json",
            f"/api/news/{site['hidden_topic']}/index.json",
        ],
        "picture": [f"/media/{site['picture']}"],
        "hidden picture": [f"/media/{site['hidden_picture']}"],
        "import of another": [f"/desk/imports/{site['uploads']['anonymous']}/"],
    }

    wrong = [
        (row, address, role, expected_of(row, role), got)
        for row, of_row in addresses.items()
        for address in of_row
        for role in ROLES
        if not agrees(expected_of(row, role), got := said(visitors.ask(role, "GET", address)))
    ]

    assert not wrong, "\n".join(map(str, wrong))


def test_a_hidden_article_looks_like_one_that_never_was(visitors):
    def page(role, slug):
        answer = visitors.ask(role, "GET", f"/articles/{slug}/")
        return answer.body, sorted(answer.items())

    for role in ROLES:
        assert page(role, visitors.site["slug"]) == page(role, "nobody-wrote-this"), role


def test_a_hidden_picture_is_kept_by_nobody(visitors):
    address = f"/media/{visitors.site['hidden_picture']}"

    controls = [visitors.ask(role, "GET", address)["Cache-Control"] for role in ("moderator", "editor", "superuser")]

    assert controls == ["private, no-store"] * 3


def test_no_row_of_the_matrix_is_forgotten():
    """Rows that no line of this file names: each with the test that sees to it."""
    elsewhere = {
        "decide without version", "decide on a stale version", "by GET", "without token", "unknown host",
        "old slug", "withdrawn", "hidden", "hidden vocabulary", "hidden picture", "import of another",
        # tests/admin/test_article_form.py: one page, whose fields depend on the role.
        "admin edit",
        # tests/admin/test_table_export.py
        "export secured",
    }  # fmt: skip

    assert set(MATRIX) - {line.row for line in LINES.values()} == elsewhere
