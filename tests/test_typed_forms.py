"""Forms that were sent when the session had ended, or with the token of an earlier one."""

import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from articles import moderation
from newsroom import typed_forms
from tests.factories import make_article

pytestmark = pytest.mark.django_db
OURS = {"origin": "http://testserver"}


@pytest.fixture
def article():
    return make_article(title="As it was")


@pytest.fixture
def logged_out(editor):
    """The browser of an editor whose session has ended."""
    client = Client()
    client.force_login(editor)
    client.get("/desk/typed/")
    client.session.flush()
    return client


def page_of(client) -> str:
    return client.get("/desk/typed/").content.decode()


def fields_of(page: str) -> dict[str, str]:
    form = re.search(r'<form class="panel typed".*?</form>', page, re.S)[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


def test_what_was_typed_is_sent_by_one_button_after_the_login(logged_out, editor, article):
    address = f"/desk/articles/{article.pk}/note/"
    answer = logged_out.post(address, {"version": "1", "notes": "Ask Anne\r\nand Bert", "next": "/desk/queue/"})

    answer = logged_out.post(answer.url, {"username": "editors", "password": "password"})
    page = logged_out.get(answer.url).content.decode()
    fields = fields_of(page)
    assert answer.url == "/desk/typed/"
    assert '<dd class="as-typed">Ask Anne\r\nand Bert</dd>' in page
    logged_out.post(address, fields)

    article.refresh_from_db()
    assert (article.notes, article.version) == ("Ask Anne\r\nand Bert", 2)
    assert "Nothing is kept here." in page_of(logged_out)


def test_a_form_that_waited_is_refused_on_a_stale_version(logged_out, editor, article):
    address = f"/desk/articles/{article.pk}/note/"
    logged_out.post(address, {"version": "1", "notes": "Ask Anne"})
    moderation.score(article, by=editor, version=1, heat=7)
    logged_out.force_login(editor)

    answer = logged_out.post(address, fields_of(page_of(logged_out)))

    assert answer.status_code == 409
    assert "Ask Anne" in answer.content.decode()


def test_what_somebody_typed_is_shown_to_nobody_else(logged_out, editor, make_user, article):
    logged_out.post(f"/desk/articles/{article.pk}/note/", {"version": "1", "notes": "zqxnote"})
    logged_out.force_login(make_user("Editors", username="bert"))

    page = page_of(logged_out)

    assert "zqxnote" not in page
    assert "shown to them only" in page


def test_what_was_typed_can_be_thrown_away(logged_out, editor, article):
    logged_out.post(f"/desk/articles/{article.pk}/note/", {"version": "1", "notes": "zqxnote"})
    logged_out.force_login(editor)

    logged_out.post("/desk/typed/", {"drop": fields_of(page_of(logged_out))["typed-form"]})

    assert "zqxnote" not in page_of(logged_out)


def test_the_last_forms_are_kept_and_for_some_hours_only(logged_out, editor, article, monkeypatch):
    for number in range(typed_forms.MOST_FORMS + 1):
        logged_out.post(f"/desk/articles/{article.pk}/note/", {"version": "1", "notes": f"zqxnote{number}"})
    logged_out.force_login(editor)

    assert re.findall(r'name="notes" value="zqxnote(\d)"', page_of(logged_out)) == ["5", "4", "3", "2", "1"]
    later = time.time() + typed_forms.KEPT_SECONDS
    monkeypatch.setattr(typed_forms, "time", lambda: later)
    assert "zqxnote" not in page_of(logged_out)


def test_files_are_named_since_they_cannot_be_kept(logged_out, editor, article):
    file = SimpleUploadedFile("holiday.png", b"zqxbytes")
    logged_out.post(f"/admin/articles/article/{article.pk}/change/", {"title": "New", "image": file})
    logged_out.force_login(editor)

    page = page_of(logged_out)

    assert "choose them again on the page: holiday.png" in page
    assert "zqxbytes" not in page


@pytest.mark.parametrize(("person_known", "size"), [(True, typed_forms.MOST), (False, typed_forms.MOST_OF_STRANGERS)])
def test_a_form_that_is_too_large_is_not_kept(logged_out, editor, article, person_known, size):
    client = logged_out if person_known else Client()

    answers = [
        client.post(f"/desk/articles/{article.pk}/note/", {"notes": "x" * length}).url for length in (size - 5, size)
    ]

    assert answers == ["/desk/login/?next=/desk/typed/", "/desk/login/?next=/desk/"]


def test_a_form_without_a_token_is_not_kept(editor, article):
    client = Client(enforce_csrf_checks=True)

    assert client.post(f"/desk/articles/{article.pk}/note/", {"notes": "zqxnote"}).status_code == 403
    assert "sessionid" not in client.cookies


def test_a_form_with_an_old_token_is_given_back_to_a_page_of_ours_only(editor, article):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    address = f"/desk/articles/{article.pk}/note/"
    data = {"version": "1", "notes": "zqxnote", "csrfmiddlewaretoken": "o" * 64}

    referer = {"referer": f"http://testserver/desk/articles/{article.pk}/"}
    given = {
        origin: "zqxnote" in client.post(address, data, headers=headers).content.decode()
        for origin, headers in {
            "ours": OURS,
            "by its page": referer,
            "another": {"origin": "https://evil.example"},
            "its page": {"referer": "https://evil.example/"},
            "hidden": {"origin": "null"} | referer,
            "unknown": {},
        }.items()
    }
    page = client.post(address, data, headers=OURS).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    client.post(address, fields_of(page) | {"csrfmiddlewaretoken": token}, headers=OURS)

    article.refresh_from_db()
    assert [origin for origin, holds in given.items() if holds] == ["ours", "by its page"]
    assert article.notes == "zqxnote"


def test_a_password_is_never_given_back(client, editor):
    client = Client(enforce_csrf_checks=True, headers=OURS)
    client.force_login(editor)
    data = {"old_password": "zqxold", "new_password1": "zqxnew", "csrfmiddlewaretoken": "o" * 64}

    answers = [client.post(path, data | {"password": "zqx"}) for path in ("/desk/password/", "/desk/login/")]

    assert [(answer.status_code, "zqx" in answer.content.decode()) for answer in answers] == [(403, False)] * 2


def test_a_step_of_a_script_is_answered_with_the_login_in_place(client, article):
    for answer in (
        client.get(f"/desk/queue/?item={article.pk}&part=item", headers={"X-Desk-Step": "1"}),
        client.post(f"/desk/articles/{article.pk}/publish/", {"version": "1"}, headers={"X-Desk-Step": "1"}),
    ):
        assert answer.status_code == 401
        assert 'id="log-in-again"' in answer.content.decode()
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize(
    ("address", "headers", "page"),
    [
        ("/desk/queue/?item=1&part=item", {}, "/desk/queue/?item=1"),
        ("/desk/queue/?item=1", {}, "/desk/queue/?item=1"),
        ("/desk/articles/search/?q=a", {"Sec-Fetch-Dest": "empty"}, "/desk/"),
    ],
)
def test_a_login_leads_to_a_page_and_not_to_a_part_of_one(client, editor, address, headers, page):
    login = client.get(address, headers=headers).url

    assert client.post(login, {"username": "editors", "password": "password"}).url == page
