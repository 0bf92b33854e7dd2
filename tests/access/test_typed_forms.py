"""Whatever form of the desk or the admin is sent after the session has ended: it is given back as it was typed."""

import html
import re

import pytest
from django.test import Client

from tests.access.routes import LINES, Change, Form

pytestmark = pytest.mark.django_db
# Login and logout; the upload of files, of which nothing can be kept.
ELSEWHERE = (
    *("desk_login", "desk_reset_confirm", "desk_logout", "admin/login/", "admin/logout/"),
    *("admin:logout", "admin:login", "desk_upload_new"),
)
FORMS = [
    name
    for name, line in LINES.items()
    if isinstance(line, Form | Change) and name.startswith(("desk", "admin")) and name not in ELSEWHERE
]


def test_every_form_of_staff_is_given_back_after_the_session_has_ended(visitors, site):
    boss, wrong = site["people"]["superuser"], []
    for name in FORMS:
        client, address = Client(), visitors.address(name, "superuser")
        client.force_login(boss)
        client.get("/desk/typed/")
        client.session.flush()
        data = visitors.data(name, "superuser") | {"title": "What\r\nI “typed” <b>", "password1": "zqxsecret"}

        answer = client.post(address, data)
        client.force_login(boss)
        page = client.get("/desk/typed/").content.decode()
        form = page.partition('class="panel typed"')[2]
        given = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))

        fields = {html.unescape(field): html.unescape(value) for field, value in given.items()}
        sent = {field: str(value) for field, value in data.items() if field not in ("csrfmiddlewaretoken", "password1")}
        right = answer.status_code == 302 and answer.url == "/desk/login/?next=/desk/typed/"
        if not right or f'action="{html.escape(address)}"' not in page or not sent.items() <= fields.items():
            wrong.append((name, answer.status_code, sent, fields))
        assert "zqxsecret" not in page

    assert not wrong, "\n".join(map(str, wrong))


def test_every_form_of_staff_is_given_back_where_its_token_is_old(visitors, site):
    wrong = []
    client = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    client.force_login(site["people"]["superuser"])
    for name in FORMS:
        address = visitors.address(name, "superuser")
        data = visitors.data(name, "superuser") | {"title": "What I “typed”", "csrfmiddlewaretoken": "o" * 64}

        answer = client.post(address, data)

        page = html.unescape(answer.content.decode())
        if answer.status_code != 403 or "What I “typed”" not in page or f'action="{address}"' not in page:
            wrong.append((name, answer.status_code))

    assert wrong == []
