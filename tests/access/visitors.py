"""One client per role, and what the access matrix says of an answer."""

import csv
from http.cookies import SimpleCookie
from pathlib import Path

from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access.routes import LINES
from tests.safe_answers import what_is_wrong_with

ROLES = ("anonymous", "importer", "moderator", "editor", "superuser", "inactive")
with (Path(__file__).parents[1] / "access_matrix.tsv").open() as lines:
    next(lines)
    MATRIX = {row["id"]: row for row in csv.DictReader(lines, delimiter="\t")}


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
        return self._answer(role, method, address, lambda ask: ask(address, data, **headers))

    def send(self, role, method, path, query="", data=b"", content_type=""):
        """Sends these very bytes, which need be no form."""
        return self._answer(
            role,
            method,
            f"{path}?{query}",
            lambda ask: self.client.generic(method, path, data, content_type, QUERY_STRING=query),
        )

    def _answer(self, role, method, address, request):
        self.client.cookies = SimpleCookie(self.cookies[role])
        with transaction.atomic():
            answer = request(getattr(self.client, method.lower()))
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


TOKEN = "t" * 32
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
