"""A new password by mail."""

import re

import pytest
from django.core import mail
from django.test import Client

from newsroom import limits
from newsroom.people.models import AccountEvent
from tests.people.codes import RIGHT, set_up

pytestmark = pytest.mark.django_db
RESET, NEW = "/desk/password/reset/", "correct horse battery"


@pytest.fixture(autouse=True)
def mails(settings):
    settings.MAIL = True
    settings.ORIGIN = "https://news.example"


def link(client: Client, address: str) -> str:
    client.post(RESET, {"email": address})
    return re.search(r"https://news\.example(\S+)", mail.outbox[-1].body)[1]


def test_a_link_comes_by_mail_and_sets_a_password_once(client, make_user):
    person = make_user("Editors", username="editors", email="anne@news.example")
    stolen = Client()
    stolen.force_login(person)
    # A stranger's Host does not get into the mail.
    address = link(Client(headers={"host": "localhost"}), "ANNE@news.example")

    form = client.get(address).url
    answer = client.post(form, {"new_password1": NEW, "new_password2": NEW})

    assert (answer.status_code, answer.url) == (302, "/desk/login/")
    assert client.get("/desk/").status_code == 302
    assert stolen.get("/desk/").status_code == 302
    assert client.post("/desk/login/", RIGHT | {"password": NEW}).status_code == 302
    assert "used up" in Client().get(address).content.decode()
    assert AccountEvent.objects.filter(verb="reset", about="person editors").count() == 1
    # The person is told that it happened.
    assert "set a new password by mail" in mail.outbox[-1].body


def test_a_link_is_no_way_around_the_second_factor(client, make_user):
    person = make_user("Editors", username="editors", email="anne@news.example")
    set_up(person)
    form = client.get(link(client, person.email)).url
    client.post(form, {"new_password1": NEW, "new_password2": NEW})

    answer = client.post("/desk/login/", RIGHT | {"password": NEW})

    assert answer.url.startswith("/desk/login/code/")


def test_nobody_finds_out_who_has_an_account(client, make_user):
    make_user("Editors", username="editors", email="anne@news.example")
    make_user("Editors", username="former", email="former@news.example", is_active=False)
    reader = make_user("", username="reader", email="reader@news.example")
    type(reader).objects.filter(pk=reader.pk).update(is_staff=False)

    answers = {client.post(RESET, {"email": f"{name}@news.example"}).url for name in ("anne", "former", "reader", "x")}

    assert answers == {"/desk/password/reset/sent/"}
    assert [message.to for message in mail.outbox] == [["anne@news.example"]]


def test_one_address_asks_for_so_many_mails_only(client, make_user, monkeypatch):
    make_user("Editors", username="editors", email="anne@news.example")
    monkeypatch.setattr(limits, "MAILS", limits.MAILS._replace(by_address=3))

    statuses = [client.post(RESET, {"email": "anne@news.example"}).status_code for _ in range(5)]

    assert statuses == [302, 302, 302, 429, 429]
    assert len(mail.outbox) == 3


def test_without_mail_there_is_no_such_page(client, settings):
    settings.MAIL = False

    assert client.get(RESET).status_code == 404
    assert "reset" not in client.get("/desk/login/").content.decode()
