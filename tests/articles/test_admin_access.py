"""Who gets what in the admin: every page of it × every role, and GET on what changes something."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from articles import moderation
from articles.models import ImportFile, ImportRun, Reason, Tombstone
from tests.factories import make_article, make_image, make_topic

OURS = ("articles", "providers", "auth")
ROLES = ("", "Importers", "Moderators", "Editors", "superuser")
# What a GET of each page answers, in the order of ROLES; 302 leads to the login.
NOBODY, READERS, EDITORS, SUPERUSER = (
    (302, 403, 403, 403, 403),
    (302, 403, 200, 200, 200),
    (302, 403, 403, 200, 200),
    (302, 403, 403, 403, 200),
)
IMPORTS = (302, 200, 403, 200, 200)
PAGES = {
    "index": (302, 200, 200, 200, 200),
    "articles_article_changelist": READERS,
    "articles_article_add": NOBODY,
    "articles_article_change": READERS,
    "articles_article_history": READERS,
    "articles_article_delete": EDITORS,
    "articles_article_export": EDITORS,
    "articles_event_changelist": READERS,
    "articles_event_change": READERS,
    "articles_event_add": NOBODY,
    "articles_event_delete": NOBODY,
    "articles_importrun_changelist": IMPORTS,
    "articles_importrun_change": IMPORTS,
    "articles_importrun_add": NOBODY,
    "articles_importrun_delete": NOBODY,
    "articles_importfile_changelist": IMPORTS,
    "articles_importfile_change": IMPORTS,
    "articles_importfile_delete": NOBODY,
    "articles_tombstone_changelist": EDITORS,
    "articles_tombstone_change": EDITORS,
    "articles_tombstone_delete": EDITORS,
    "articles_tombstone_add": NOBODY,
    "articles_reason_changelist": READERS,
    "articles_reason_add": EDITORS,
    "articles_reason_change": READERS,
    "articles_reason_delete": SUPERUSER,
    "articles_topic_changelist": READERS,
    "articles_topic_add": EDITORS,
    "articles_topic_change": READERS,
    "articles_topic_delete": EDITORS,
    "articles_topic_export": EDITORS,
    "articles_image_changelist": READERS,
    "articles_image_add": EDITORS,
    "articles_image_change": READERS,
    "articles_image_delete": EDITORS,
    "providers_provider_changelist": READERS,
    "providers_provider_add": EDITORS,
    "providers_provider_change": READERS,
    "providers_provider_delete": EDITORS,
    "providers_provider_export": EDITORS,
    "auth_user_changelist": SUPERUSER,
    "auth_user_add": SUPERUSER,
    "auth_user_change": SUPERUSER,
    "auth_group_changelist": SUPERUSER,
    "auth_group_change": SUPERUSER,
}


@pytest.fixture
def rows(make_user):
    """One row of each kind, by the name of its model."""
    boss = make_user("superuser", username="boss")
    article = make_article()
    event = moderation.score(article, by=boss, version=1, heat=3)
    run = ImportRun.objects.create()
    file = ImportFile.objects.create(run=run, path="x", verdict="created")
    tombstone = Tombstone.objects.create(canonical_url="https://x.example/", title="x", deleted_by=boss)
    every = [article, event, run, file, tombstone, Reason.objects.first(), make_topic(), make_image(), article.provider]
    return {f"{row._meta.app_label}_{row._meta.model_name}": row.pk for row in every} | {
        "auth_user": boss.pk,
        "auth_group": Group.objects.first().pk,
    }


def address(name: str, rows: dict[str, int]) -> str:
    model, _, page = name.rpartition("_")
    if page not in ("change", "history", "delete"):
        return reverse(f"admin:{name}")
    return reverse(f"admin:{name}", args=[rows[model]])


@pytest.mark.parametrize("role", ROLES)
def test_every_page_answers_every_role_as_the_matrix_says(client, make_user, rows, role):
    if role:
        client.force_login(make_user(role))

    answers = {name: client.get(address(name, rows)).status_code for name in PAGES}

    assert answers == {name: expected[ROLES.index(role)] for name, expected in PAGES.items()}


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("Editors", "superuser")])
def test_no_page_is_left_to_those_without_permission(client, make_user, rows, role):
    """By hand, POST instead of GET."""
    if role:
        client.force_login(make_user(role))
    closed = [name for name, expected in PAGES.items() if expected[ROLES.index(role)] != 200 and name != "index"]

    answers = {name: client.post(address(name, rows), {"post": "yes"}).status_code for name in closed}

    assert set(answers.values()) == {403 if role else 302}


@pytest.mark.parametrize("role", ROLES)
def test_deciding_is_a_post_of_those_who_may(client, make_user, rows, role):
    if role:
        client.force_login(make_user(role))
    decide = reverse("admin:articles_article_decide")
    row = f"row-{rows['articles_article']}"
    sent = {"verb": "publish", f"{row}-do": "on"}

    answers = [
        client.get(decide).status_code,
        client.post(decide, sent).status_code,
        client.post(decide, sent | {f"{row}-version": 1}).status_code,
        client.post(decide, sent | {f"{row}-version": 2}).status_code,
        client.post(decide, {"verb": "nonsense"}).status_code,
    ]

    may_not = {"": [405, 302, 302, 302, 302], "Importers": [405, 403, 403, 403, 400]}
    assert answers == may_not.get(role, [405, 422, 409, 302, 400])


def test_deciding_needs_the_token_of_the_form(make_user, rows):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("Editors"))

    assert client.post(reverse("admin:articles_article_decide"), {"verb": "publish"}).status_code == 403


def test_inactive_staff_are_led_to_the_login(client, make_user):
    user = make_user("Editors")
    client.force_login(user)
    user.is_active = False
    user.save()

    assert client.get(reverse("admin:articles_article_changelist")).status_code == 302


@pytest.mark.parametrize("role", ["Importers", "Moderators", "Editors"])
def test_what_other_apps_register_is_for_superusers(client, make_user, role):
    client.force_login(make_user(role))
    models = [model._meta for model in admin.site._registry if model._meta.app_label not in OURS]

    lists = [reverse(f"admin:{model.app_label}_{model.model_name}_changelist") for model in models]

    assert [url for url in lists if client.get(url).status_code != 403] == []


def test_no_page_of_the_admin_is_forgotten():
    named = {
        pattern.name
        for model, model_admin in admin.site._registry.items()
        if model._meta.app_label in OURS
        for pattern in model_admin.get_urls()
        if getattr(pattern, "name", None)
    }
    left_to_django = {"auth_user_password_change", "auth_user_delete", "auth_user_history", "auth_group_add"}
    left_to_django |= {"auth_group_delete", "auth_group_history"}
    histories = {name for name in named if name.endswith("_history")}
    elsewhere = {"articles_article_decide", "articles_importfile_add"}
    imports = {name for name in named if name.endswith("_import")}

    assert named - set(PAGES) - left_to_django - histories - elsewhere - imports == set()


@pytest.mark.parametrize(
    "address",
    [
        "/admin/articles/event/?at__year=" + "9" * 20,
        "/admin/articles/importrun/?started_at__year=" + "9" * 20,
        "/admin/articles/event/?verb=%00",
        "/admin/articles/importfile/?run=" + "9" * 30,
        "/admin/articles/topic/?id__in=" + "9" * 30,
        "/admin/providers/provider/?id__in=" + "9" * 30,
        "/admin/articles/image/?id__in=" + "9" * 30,
    ],
)
def test_a_list_whose_address_was_written_by_hand_breaks_no_page(client, make_user, address):
    client.force_login(make_user("superuser"))

    response = client.get(address, follow=True)

    assert response.status_code in (200, 400)
