"""Requests that no page of ours sends: whatever they say, the answer is a page or a refusal, never an error of ours."""

import os
import sys
from itertools import product
from random import Random

import pytest
from django.core.signals import got_request_exception

from tests.access.hand_made import LOOKUPS, HandMade, Request, columns, encoded, search
from tests.access.routes import MODELS

pytestmark = pytest.mark.django_db

# How many times as many requests: 10 sends 5,000 to staff's routes and 1,400 searches.
TIMES = int(os.environ.get("NEWSROOM_HAND_MADE", "1"))
SEEDS = 4 * TIMES
ROLES = ("importer", "moderator", "editor", "superuser")
SEARCHES = ("search", "search_feed", "desk_search", "desk_article_search", "desk_topic_search", "desk_provider_search")


@pytest.fixture
def broken():
    """The errors that requests end in, whatever becomes of them."""
    found = []

    def note(sender, request, **kwargs):
        found.append((request.method, request.get_full_path()[:300], repr(sys.exception())[:300]))

    got_request_exception.connect(note)
    yield found
    got_request_exception.disconnect(note)


def send(visitors, role: str, request: Request):
    address, body, content_type = request.address, request.body, request.content_type
    path, _, query = address.partition("?")
    data = {"data": body, "content_type": content_type} if request.method == "POST" else {}
    return visitors.send(role, request.method, path, query, **data)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_request_that_is_made_by_hand_ends_in_an_error_of_ours(visitors, broken, seed):
    random = Random(seed)  # noqa: S311 - test data
    role, made = ROLES[seed % len(ROLES)], HandMade(visitors)
    for _ in range(125):
        request = made.request(random, role)
        if send(visitors, role, request).status_code >= 500:
            broken.append((role, *request))

    assert broken == []


@pytest.mark.parametrize("name", SEARCHES)
def test_no_search_that_is_made_by_hand_ends_in_an_error_of_ours(visitors, broken, name):
    random, address = Random(name), visitors.address(name, "superuser").partition("?")[0]  # noqa: S311 - test data
    for _ in range(24 * TIMES):
        part = random.choice([[], [("part", "1")], [("topic", "x"), ("page", "-1")]])
        request = Request("GET", f"{address}?{encoded([('q', search(random)), *part])}")
        if send(visitors, "superuser", request).status_code >= 500:
            broken.append(request)

    assert broken == []


@pytest.mark.parametrize("model", MODELS)
def test_no_lookup_of_any_column_in_an_address_ends_in_an_error_of_ours(visitors, broken, model):
    address = visitors.address(f"admin:{model}_changelist", "superuser")
    asked = list(product(columns(model), LOOKUPS))
    for column, lookup in Random(model).sample(asked, min(len(asked), 60 * TIMES)):  # noqa: S311 - test data
        request = Request("GET", f"{address}?{column}__{lookup}=%5B")
        if send(visitors, "superuser", request).status_code >= 500:
            broken.append(request)

    assert broken == []
