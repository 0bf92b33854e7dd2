"""Who gets what: every route × every role × GET and POST, with and without the token of a form and a version.

tests/access_matrix.tsv says what each role gets.
"""

from collections import defaultdict

import pytest
from django.urls import URLResolver, get_resolver

from tests.access.routes import LINES, Change, Form, Push, Read
from tests.access.visitors import MATRIX, ROLES, TOKEN, agrees, expected_of, kept, refuses, said

pytestmark = pytest.mark.django_db


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


TAKEN = {"200", "302", "400", "405", "409", "422"}


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
            takes_no = isinstance(line, Change) or (isinstance(line, Push) and line.method != "GET")
            expected = expected_of("by GET" if takes_no else line.row, role)
            if not agrees(expected, said(answer)) or kept(answer, address):
                wrong.append((name, role, expected, said(answer), answer.get("Cache-Control")))
            if line.row in ("public", "article", "story page", "feed", "picture"):
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
            if isinstance(line, Push):
                right = said(answer) == (expected if line.method == "POST" else "405")
            elif isinstance(line, Read):
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
        for role in () if isinstance(line, Read | Push) else ROLES:
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
            posts = getattr(line, "posts", "") or line.row
            may = not refuses(expected_of(posts, role))
            expected = expected_of(row, "superuser" if may else role) if may else expected_of(posts, role)
            if said(answer) != expected:
                wrong.append((name, role, expected, said(answer)))

    assert not wrong, "\n".join(map(str, wrong))


def test_under_a_host_that_is_not_ours_there_is_nothing(visitors):
    answers = {
        name: said(visitors.ask("anonymous", "GET", visitors.address(name, "anonymous"), HTTP_HOST="evil.example"))
        for name in LINES
    }

    assert {name: answer for name, answer in answers.items() if answer != MATRIX["unknown host"]["anonymous"]} == {}


def test_no_row_of_the_matrix_is_forgotten():
    """Rows that no line of this file names: each with the test that sees to it."""
    elsewhere = {
        "decide without version", "decide on a stale version", "by GET", "without token", "unknown host",
        "old slug", "no story", "moved story", "duplicate", "covered", "withdrawn",
        "hidden", "hidden vocabulary", "hidden picture", "import of another",
        # tests/admin/article_form/test_page.py: one page, whose fields depend on the role.
        "admin edit",
        # tests/admin/test_table_export.py
        "export secured",
    }  # fmt: skip

    assert set(MATRIX) - {line.row for line in LINES.values()} == elsewhere
