"""The rows of the access matrix that the desk's imports fall under."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from articles.importing.runs.run import import_documents
from articles.models import ImportUpload
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db

ROLES = ["anonymous", "Importers", "Moderators", "Editors", "superuser", "inactive"]
CHANGING = ["choose", "confirm", "cancel", "restart"]


@pytest.fixture
def people(make_user):
    """A client per role, logged in; the inactive one was deactivated afterwards."""

    def client(role):
        client = Client(enforce_csrf_checks=False)
        if role == "inactive":
            user = make_user("Importers", username="gone")
            client.force_login(user)
            user.is_active = False
            user.save()
        elif role != "anonymous":
            client.force_login(make_user(role, username=f"a-{role.lower()}"))
        return client

    return {role: client(role) for role in ROLES}


@pytest.fixture
def run(tmp_path):
    return import_documents([write(tmp_path / "run", {"a.md": document()})]).run


def without_token(answer) -> str:
    """The page without the value against forged requests, which is another one at every request."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", answer.text)


def statuses(people, ask) -> list[str]:
    """What each role gets: a status, or `login`."""
    answers = []
    for role in ROLES:
        answer = ask(people[role])
        to_login = answer.status_code == 302 and answer.url.startswith(reverse("desk_login"))
        answers.append("login" if to_login else str(answer.status_code))
    return answers


def test_the_desk_is_for_all_staff(people, make_user):
    assert statuses(people, lambda c: c.get("/desk/")) == ["login", "200", "200", "200", "200", "login"]

    reader = Client()
    user = make_user("", username="reader")
    user.is_staff = False
    user.save()
    reader.force_login(user)
    assert reader.get("/desk/").url == "/desk/login/?next=/desk/"


def test_uploads_are_for_importers(people):
    assert statuses(people, lambda c: c.get("/desk/imports/")) == ["login", "200", "403", "403", "200", "login"]
    assert statuses(people, lambda c: c.post("/desk/imports/upload/")) == ["login", "302", "403", "403", "302", "login"]


@pytest.mark.parametrize("kind", ["files", "directory"])
def test_the_upload_of_another_person_is_not_there(people, importer, kind):
    upload = ImportUpload.objects.create(by=importer, status="ready", title="a.md", kind=kind)
    address = f"/desk/imports/{upload.pk}/"

    assert statuses(people, lambda c: c.get(address)) == ["login", "404", "403", "403", "200", "login"]
    assert statuses(people, lambda c: c.get(address + "progress/")) == ["login", "404", "403", "403", "200", "login"]
    for verb in CHANGING:
        ImportUpload.objects.filter(pk=upload.pk).update(status="ready")
        answers = statuses(people, lambda c, verb=verb: c.post(f"{address}{verb}/"))
        assert answers == ["login", "404", "403", "403", "302", "login"], verb


def test_the_upload_of_another_person_looks_like_one_that_never_was(people, importer):
    upload = ImportUpload.objects.create(by=importer, status="ready", title="a.md")

    theirs, never = (people["Importers"].get(f"/desk/imports/{pk}/") for pk in (upload.pk, uuid.uuid4()))

    assert (theirs.status_code, without_token(theirs)) == (never.status_code, without_token(never))


def test_reports_are_for_every_role(people, run):
    for address in ("", f"{run}/", f"{run}/files.csv", f"{run}/files.json"):
        answers = statuses(people, lambda c, address=address: c.get(f"/desk/imports/runs/{address}"))
        assert answers == ["login", "200", "200", "200", "200", "login"], address


def test_runs_are_undone_by_importers(people, run):
    answers = statuses(people, lambda c: c.post(f"/desk/imports/runs/{run}/undo/"))

    assert answers == ["login", "302", "403", "403", "302", "login"]


def test_what_changes_something_is_not_asked_for_by_get(people, run):
    addresses = ["/desk/imports/upload/", f"/desk/imports/runs/{run}/undo/"]
    addresses += [f"/desk/imports/{uuid.uuid4()}/{verb}/" for verb in CHANGING]

    for address in addresses:
        assert statuses(people, lambda c, address=address: c.get(address)) == ["405"] * 6, address


def test_what_changes_something_needs_the_token_of_a_form(people, run):
    addresses = ["/desk/imports/upload/", f"/desk/imports/runs/{run}/undo/"]
    addresses += [f"/desk/imports/{uuid.uuid4()}/{verb}/" for verb in CHANGING]
    for client in people.values():
        client.handler.enforce_csrf_checks = True

    for address in addresses:
        assert statuses(people, lambda c, address=address: c.post(address)) == ["403"] * 6, address


def test_a_login_leads_back_to_the_page_that_was_asked_for(client):
    assert client.get("/desk/imports/?page=2").url == "/desk/login/?next=/desk/imports/%3Fpage%3D2"


@pytest.mark.parametrize("path", ["", "imports/", "imports/runs/", f"imports/{uuid.UUID(int=1)}/", "imports/upload/"])
@pytest.mark.parametrize("role", ["anonymous", "Importers", "Moderators"])
def test_nobody_keeps_a_page_of_the_desk(people, role, path):
    assert people[role].get(f"/desk/{path}")["Cache-Control"] == "private, no-store"


def test_the_desk_shows_each_role_what_it_may_do(people):
    def links(role):
        page = people[role].get("/desk/").content.decode()
        return [link in page for link in ('href="/desk/imports/"', 'href="/desk/imports/runs/"')]

    assert [links(role) for role in ("Importers", "Moderators", "Editors", "superuser")] == [
        [True, True],
        [False, True],
        [False, True],
        [True, True],
    ]
