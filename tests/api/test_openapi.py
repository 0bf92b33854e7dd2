"""The description of the push API: valid, complete, and true of what the API answers."""

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from articles.api.openapi import description
from articles.api.problems import STATUS
from tests.importing.documents_by_hand import document

pytestmark = pytest.mark.django_db
HERE = "https://news.example"


def test_the_description_is_valid():
    assert [str(error) for error in OpenAPIV31SpecValidator(description(HERE)).iter_errors()] == []


def test_it_is_served_without_a_token():
    answer = Client().get("/api/openapi.json")

    assert (answer.status_code, answer.json()["openapi"]) == (200, "3.1.0")
    assert answer.json()["servers"] == [{"url": "http://testserver"}]


def test_it_names_every_address_and_method():
    paths = description(HERE)["paths"]

    assert {path: sorted(methods) for path, methods in paths.items()} == {
        "/api/documents/{path}": ["put"],
        "/api/imports": ["post"],
        "/api/imports/{id}": ["get"],
    }


def test_it_names_every_problem():
    kinds = description(HERE)["components"]["schemas"]["Problem"]["properties"]["type"]["enum"]

    assert kinds == [f"urn:newsroom:problem:{name}" for name in STATUS]


@pytest.mark.parametrize(
    ("path", "raw"), [("a.md", document()), ("a.md", document(title=None)), ("a.pdf", document()), ("a.md", "x")]
)
def test_an_answer_has_the_members_that_it_describes(path, raw, put):
    answer = put(path, raw)

    described = description(HERE)["paths"]["/api/documents/{path}"]["put"]["responses"][str(answer.status_code)]
    content = described["content"][answer["Content-Type"].partition(";")[0]]["schema"]["$ref"].rpartition("/")[2]
    schema = description(HERE)["components"]["schemas"][content]
    assert set(schema["required"]) <= set(answer.json()) <= set(schema["properties"])
