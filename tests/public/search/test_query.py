"""What a text that was typed asks for."""

from datetime import date

import pytest

from articles.public.search import Query, Term, parse


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Query()),
        ('" - " : () * _ 🦊', Query()),
        ("harbour tram", Query((Term("harbour"), Term("tram")))),
        ('"city council" -bus', Query((Term("city council"),), (Term("bus"),))),
        ("“city council” «x y»", Query((Term("city council"), Term("x y")))),
        ('-"night bus" tram', Query((Term("tram"),), (Term("night bus"),))),
        ('"left open', Query((Term("left open"),))),
        ("well-known", Query((Term("well known"),))),
        ("company’s don't", Query((Term("company"), Term("s"), Term("don"), Term("t")))),
        ("topic:ai", Query((Term("ai", "topic"),))),
        ('TOPIC:"machine learning"', Query((Term("machine learning", "topic"),))),
        ("-provider:bbc.com a", Query((Term("a"),), (Term("bbc com", "provider"),))),
        ("type:video", Query((Term("video", "type", exact=True),))),
        ("type:novel", Query((Term("type novel"),))),
        ("after:2021-01-02 before:2021-02-03", Query(since=date(2021, 1, 2), until=date(2021, 2, 3))),
        ("before:2021-13-45", Query((Term("before 2021 13 45"),))),
        ("-after:2021-01-02", Query(without=(Term("after 2021 01 02"),))),
        ("site:bbc.com", Query((Term("site bbc com"),))),
        ("topic: topic:()", Query((Term("topic"),))),
        ("a a A", Query((Term("a"), Term("A")))),
    ],
)
def test_a_text_is_read_as(text, query):
    assert parse(text) == query
