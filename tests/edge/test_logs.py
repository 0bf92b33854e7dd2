"""What the log says, and what it never says."""

import io
import logging

import pytest
from django.core import mail
from django.test import Client

from newsroom import logs

pytestmark = pytest.mark.django_db
FORMAT = "{levelname} {name}{asked}: {message}"


@pytest.fixture
def log():
    """The lines of the log as the settings write them."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Line(FORMAT, style="{"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: stream.getvalue().splitlines()
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_refusal_is_one_line_that_says_who_and_what(client, importer, log):
    client.force_login(importer)
    before = len(log())

    client.get("/desk/queue/?words=secret")

    lines = log()[before:]
    assert len(lines) == 1
    assert lines[0].startswith("WARNING django.request [")
    assert lines[0].endswith(" importers]: Forbidden (Permission denied): /desk/queue/")


def test_a_line_says_from_where_if_that_is_wanted(client, log, settings):
    client.get("/never-was/")
    settings.LOG_ADDRESSES = True
    Client(REMOTE_ADDR="198.51.100.7").get("/never-was/")

    without, with_address = [line for line in log() if "/never-was/" in line]
    assert "198" not in without
    assert " - 198.51.100.7]: Not Found" in with_address


def test_the_number_of_a_request_is_the_proxys_if_the_settings_name_its_header(client, log, settings):
    client.get("/never-was/", headers={"X-Request-ID": "abc-123456"})
    logging.getLogger("newsroom").warning("outside of a request")
    settings.REQUEST_ID_HEADER = "HTTP_X_REQUEST_ID"
    for given in ("abc-123456", "a b\nc", "x" * 500):
        Client(HTTP_X_REQUEST_ID=given).get("/never-was/")

    lines = log()
    assert sum("abc-123456" in line for line in lines) == 1
    assert "WARNING newsroom: outside of a request" in lines
    assert not any("x" * 100 in line for line in lines)


def test_no_line_holds_a_password_a_token_or_what_was_sent(client, editor, log):
    client.post("/desk/login/", {"username": "editors", "password": "zqx-wrong"})
    client.post("/desk/login/", {"username": "editors", "password": "password"})
    session = client.cookies["sessionid"].value
    client.post("/desk/articles/1/note/", {"notes": "zqx-note", "version": 1})
    client.get("/desk/password/reset/MQ/zqx-token/more/")
    client.get("/search/?q=zqx-words&after=\n")

    text = "\n".join(log())
    assert "/desk/password/reset/…" in text
    assert "zqx" not in text
    assert session not in text


def test_one_record_is_one_line_whatever_a_client_sends(client, log):
    for path in ("/a%0AINFO forged", "/a%0D%0Ab", "/%E2%80%A8c", "/%1B[31mred"):
        client.get(path)

    assert all(line.startswith("WARNING django.request [") for line in log())
    assert len(log()) == 4


def test_what_postgresql_says_of_a_row_is_left_out(log):
    said = "broken\nDETAIL:  Failing row contains (zqx-payload).\nmore"
    try:
        raise ValueError(said)
    except ValueError:
        logging.getLogger("newsroom").exception("It broke")

    text = "\n".join(log())
    assert "ValueError: broken" in text
    assert "zqx" not in text


def test_a_fault_is_mailed_once_without_what_was_sent(settings):
    settings.ADMINS = ["ops@news.example"]
    handler = logs.MailToAdmins()
    handler.setFormatter(logs.Line(FORMAT, style="{"))
    logger = logging.getLogger("newsroom.mailed")
    logger.addHandler(handler)
    payload = "zqx-payload"
    for _ in range(3):
        try:
            raise RuntimeError("It broke")
        except RuntimeError:
            logger.exception("Internal Server Error: %s", "/desk/", extra={"status_code": 500})
    logger.removeHandler(handler)

    assert len(mail.outbox) == 1
    assert mail.outbox[0].subject.endswith("RuntimeError in request -")
    assert "It broke" in mail.outbox[0].body
    assert payload not in mail.outbox[0].body


def test_a_broken_page_names_the_number_by_which_the_log_has_it(client, monkeypatch, log):
    client.raise_request_exception = False

    def broken(view, **kwargs):
        raise RuntimeError("It broke")

    monkeypatch.setattr("articles.public.views.pages.Front.get_context_data", broken)
    answer = client.get("/")

    number = answer.content.decode().partition("under the number ")[2][:12]
    assert answer.status_code == 500
    assert any(f"[{number} -]: Internal Server Error: /" in line for line in log())
