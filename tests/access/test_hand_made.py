"""Requests that no page of ours sends: whatever they say, the answer is a page or a refusal, never an error of ours."""

from random import Random

import pytest

from tests.access.routes import LINES
from tests.access.visitors import TOKEN

pytestmark = pytest.mark.django_db

NAMES = """
    part next version item rows q list at reason note field names keep to of heat quality notes why action selected all
    picks filter shown after before page order state words provider topic type day claimed assigned person verb article
    since until run batch channel e o p _popup _to_field all extra__a source__contains secured__x related__pk__in term
    app_label model_name field_name publish_at expires_at title related-order related-pks related-0-url images-order
    last newest restore duplicate hold pinned keys digits query name form-TOTAL_FORMS form-0-id action_checkbox
""".split()
VALUES = [
    "", "1", "-1", "0", "x", "1:1", "1:x", "9" * 19, "9" * 40, "1,2,x", "{}", "[]", "null", "a\0b",
    "/desk/queue/?item=1", "//elsewhere.example/", "/desk/queue/?after=x", "2020-13-45", "0001-01-01T00:00", "😀" * 50,
    "%00", "' OR 1=1 --", "../../etc/passwd", "inf", "nan", "1e400", "٣", "a" * 5000,
]  # fmt: skip
ROUNDS = 4


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_no_request_that_is_made_by_hand_ends_in_an_error_of_ours(visitors, seed):
    random, broken = Random(seed), []  # noqa: S311 - test data
    for name in LINES:
        address = visitors.address(name, "superuser")
        for method, alone in [("GET", {}), ("POST", {}), ("POST", {"part": "1"})]:
            made = {random.choice(NAMES): random.choice(VALUES) for _ in range(random.randint(1, 6))} if seed else alone
            data = (
                visitors.data(name, "superuser") if method == "POST" and hasattr(LINES[name], "data") else {}
            ) | made
            answer = visitors.ask("superuser", method, address, data | {"csrfmiddlewaretoken": TOKEN})
            if answer.status_code >= 500:
                broken.append((method, address, data, answer.status_code))

    assert broken == []
